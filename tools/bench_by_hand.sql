-- The counts of the lattice as somebody would write them who knew nothing of metric definitions:
-- the yardstick of tools/bench_scale.py, which checks that both find the same. One statement for all
-- metrics that share a date and the same cuts. `cut` names the dimensions of a row; the columns that
-- begin with n_ and d_ are numerators and denominators (a count has no d_).

SELECT received_at_month AS month, unit, area, town, category, category2,
       grouping(unit, area, town, category, category2) AS cut,
       count(*) FILTER (WHERE received_at <= as_of) AS n_received
FROM cases
GROUP BY GROUPING SETS ((month), (month, unit), (month, area), (month, area, town),
    (month, category), (month, category, category2), (month, area, category),
    (month, area, town, category));

SELECT due_at_month AS month, unit, area, category, category2,
       grouping(unit, area, category, category2) AS cut,
       count(*) FILTER (WHERE closed_at <= due_at) AS n_on_time_rate,
       count(*) AS d_on_time_rate
FROM cases WHERE due_at <= as_of
GROUP BY GROUPING SETS ((month), (month, unit), (month, area), (month, category),
    (month, category, category2), (month, area, category));

SELECT closed_at_month AS month, unit, area, category, category2, solving_seconds_bin AS bin,
       grouping(unit, area, category, category2) AS cut, count(*) AS n_time_closed
FROM cases WHERE closed_at <= as_of AND solving_seconds >= 0 AND NOT on_the_spot
GROUP BY GROUPING SETS ((month, bin), (month, unit, bin), (month, area, bin),
    (month, category, bin), (month, category, category2, bin), (month, area, category, bin));

SELECT closed_at_month AS month, unit, area, category, grouping(unit, area, category) AS cut,
       count(*) FILTER (WHERE outcome = 'not_handled') AS n_not_handled,
       count(*) AS d_not_handled
FROM cases WHERE closed_at <= as_of AND outcome <> ''
GROUP BY GROUPING SETS ((month), (month, unit), (month, area), (month, category));

SELECT closed_at_month AS month, reason_code, grouping(reason_code) AS cut,
       count(*) AS n_not_handled_cases
FROM cases WHERE closed_at <= as_of AND outcome = 'not_handled'
GROUP BY GROUPING SETS ((month), (month, reason_code));

SELECT received_at_month AS month,
       count(*) FILTER (WHERE on_the_spot) AS n_answered_on_the_spot,
       count(*) AS d_answered_on_the_spot,
       count(*) FILTER (WHERE repeat_of <> '') AS n_repeats,
       count(*) AS d_repeats,
       count(*) FILTER (WHERE NOT on_the_spot AND extended_at IS NOT NULL) AS n_extended,
       count(*) FILTER (WHERE NOT on_the_spot) AS d_extended,
       count(*) FILTER (WHERE NOT on_the_spot AND closed_at <= deadline_at) AS n_on_time_official,
       count(*) FILTER (WHERE NOT on_the_spot) AS d_on_time_official
FROM cases WHERE received_at <= as_of GROUP BY month;

SELECT received_at_month AS month,
       count(*) FILTER (WHERE channel <> '' AND category <> '' AND area <> ''
           AND (on_the_spot OR unit <> '' AND due_at IS NOT NULL)) AS n_quality_complete,
       count(*) AS d_quality_complete,
       count(*) FILTER (WHERE as_of >= reported_at) AS n_quality_fresh,
       count(*) AS d_quality_fresh,
       count(*) FILTER (WHERE accepted_at < received_at OR dispatched_at < accepted_at
           OR signed_at < dispatched_at OR handled_at < signed_at OR replied_at < handled_at
           OR called_back_at < closed_at OR extended_due_at < due_at) AS n_quality_out_of_order,
       count(*) AS d_quality_out_of_order
FROM cases WHERE received_at <= reported_at GROUP BY month;

SELECT received_at_month AS month,
       count(*) FILTER (WHERE returned) AS n_returned, count(*) AS d_returned,
       count(*) FILTER (WHERE transferred) AS n_transferred, count(*) AS d_transferred
FROM cases WHERE dispatched_at <= as_of GROUP BY month;

SELECT received_at_month AS month,
       count(*) FILTER (WHERE moved_before_seconds BETWEEN 0 AND 86400) AS n_moved_late,
       count(*) AS d_moved_late
FROM cases WHERE extended_at IS NOT NULL GROUP BY month;

SELECT received_at_month AS month,
       count(*) FILTER (WHERE signing_seconds <= 86400) AS n_signed_in_time,
       count(*) AS d_signed_in_time
FROM cases WHERE waiting_seconds >= 86400 GROUP BY month;

SELECT closed_at_month AS month,
       count(*) FILTER (WHERE NOT on_the_spot AND closing_seconds <= 60) AS n_closed_at_once,
       count(*) FILTER (WHERE NOT on_the_spot) AS d_closed_at_once,
       count(*) FILTER (WHERE NOT on_the_spot AND left_seconds BETWEEN 0 AND 3600)
           AS n_closed_last_hour,
       count(*) FILTER (WHERE NOT on_the_spot) AS d_closed_last_hour,
       count(*) FILTER (WHERE NOT on_the_spot AND reopened) AS n_reopened,
       count(*) FILTER (WHERE NOT on_the_spot) AS d_reopened,
       count(*) FILTER (WHERE closed_at <= due_at) AS n_on_time_closed_only,
       count(*) FILTER (WHERE due_at IS NOT NULL) AS d_on_time_closed_only
FROM cases WHERE closed_at <= as_of GROUP BY month;

SELECT due_at_month AS month,
       count(*) FILTER (WHERE closed_at <= due_at) AS n_on_time_closed_or_overdue,
       count(*) AS d_on_time_closed_or_overdue
FROM cases WHERE due_at IS NOT NULL AND (closed_at <= as_of OR due_at <= as_of) GROUP BY month;

SELECT deadline_at_month AS month,
       count(*) FILTER (WHERE deadline_at <= as_of AND closed_at <= deadline_at)
           AS n_on_time_extended,
       count(*) FILTER (WHERE deadline_at <= as_of) AS d_on_time_extended,
       count(*) FILTER (WHERE deadline_at <= as_of AND closed_at IS NULL) AS n_open_overdue,
       count(*) FILTER (WHERE due_in_seconds BETWEEN 0 AND 259200 AND closed_at IS NULL)
           AS n_due_soon
FROM cases GROUP BY month;

SELECT received_at_month AS month, accepting_seconds_bin AS bin, count(*) AS n_time_accepting
FROM cases WHERE accepting_seconds >= 0 GROUP BY month, bin;

SELECT received_at_month AS month, dispatching_seconds_bin AS bin, count(*) AS n_time_dispatching
FROM cases WHERE dispatching_seconds >= 0 GROUP BY month, bin;

SELECT received_at_month AS month, investigating_seconds_bin AS bin, count(*) AS n_time_handling
FROM cases WHERE investigating_seconds >= 0 GROUP BY month, bin;

SELECT received_at_month AS month, replying_seconds_bin AS bin, count(*) AS n_time_replying
FROM cases WHERE replying_seconds >= 0 GROUP BY month, bin;

SELECT received_at_month AS month, solving_seconds_bin AS bin, count(*) AS n_time_solving
FROM cases WHERE solving_seconds >= 0 AND NOT on_the_spot GROUP BY month, bin;

SELECT received_at_month AS month, age_seconds_bin AS bin, count(*) AS n_age_open
FROM cases WHERE closed_at IS NULL AND age_seconds >= 0 AND NOT on_the_spot GROUP BY month, bin;

SELECT asked_at_month AS month, unit, area, category, grouping(unit, area, category) AS cut,
       count(*) FILTER (WHERE satisfaction = 'satisfied') AS n_satisfied,
       count(*) AS d_satisfied,
       count(*) FILTER (WHERE solved) AS n_solved,
       count(*) AS d_solved
FROM callbacks WHERE answered AND asked_at <= as_of
GROUP BY GROUPING SETS ((month), (month, unit), (month, area), (month, category));

SELECT asked_at_month AS month,
       count(*) AS n_callbacks_asked,
       count(*) FILTER (WHERE reached) AS n_callbacks_reached,
       count(*) AS d_callbacks_reached,
       count(*) FILTER (WHERE answered) AS n_callbacks_answered,
       count(*) AS d_callbacks_answered,
       count(*) FILTER (WHERE answered AND contacted) AS n_contacted,
       count(*) FILTER (WHERE answered) AS d_contacted,
       count(*) FILTER (WHERE answered AND satisfaction = 'basically') AS n_basically_satisfied,
       count(*) FILTER (WHERE answered) AS d_basically_satisfied,
       count(*) FILTER (WHERE answered AND satisfaction <> 'dissatisfied') AS n_not_dissatisfied,
       count(*) FILTER (WHERE answered) AS d_not_dissatisfied
FROM callbacks WHERE asked_at <= as_of GROUP BY month;

SELECT called_at_month AS month,
       count(*) FILTER (WHERE answered) AS n_answered_calls,
       count(*) AS d_answered_calls,
       count(*) FILTER (WHERE answered AND ringing_seconds <= 15) AS n_answered_in_15_seconds,
       count(*) AS d_answered_in_15_seconds
FROM calls WHERE called_at <= as_of GROUP BY month;
