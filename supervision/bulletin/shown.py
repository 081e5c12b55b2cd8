"""Which figures a bulletin shows: by the sections of `hotline.md` §6.2, as far as published."""

CALLS = ("answered_calls", "answered_in_15_seconds")
VOLUME = ("answered_on_the_spot", "repeats")
HANDLING = (
    "on_time_official", "on_time_rate", "on_time_extended", "signed_in_time", "extended",
    "moved_late", "returned", "transferred", "reopened", "closed_at_once", "closed_last_hour",
    "open_after_30_days",
)  # fmt: skip
TIMES = (
    "time_accepting", "time_dispatching", "time_handling", "time_replying", "time_solving",
    "time_closed",
)  # fmt: skip
CALLBACKS = ("callbacks_reached", "callbacks_answered", "contacted", "solved")
SATISFIED = ("satisfied", "basically_satisfied", "not_dissatisfied")
REFUSED = ("not_handled",)
RATES = (*CALLS, *VOLUME, *HANDLING, *CALLBACKS, *SATISFIED, *REFUSED)
OF_UNITS = ("on_time_rate", "satisfied")
MONTHS = 13  # in a chart over time: the month and the year before it
HOT = 10  # kinds of matters that are named
