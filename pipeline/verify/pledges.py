"""The tables `pledges` and `pledge_log`: each state is what the dates say, each move is told.

A reading of its own: it shares nothing with what made the tables (pipeline/pledges.py).
"""

from pipeline.verify.opened import Opened
from pipeline.verify.report import Check

RULES = (
    ("count(r.pledge) <> 1 OR any_value(r.day) <> p.registered_on", "is not registered once"),
    ("p.first_deadline IS DISTINCT FROM any_value(r.deadline)", "had another deadline at first"),
    ("p.deadline <> coalesce(any_value(m.deadline), p.first_deadline)", "has another deadline"),
    ("p.closed_on <> coalesce(any_value(c.day), '')", "was closed on another day"),
    (
        """p.state <> CASE
            WHEN p.closed_on = '' THEN if(p.deadline < '{as_of}', 'overdue', 'running')
            WHEN any_value(c.move) = 'solved' AND p.closed_on <= p.deadline THEN 'kept'
            ELSE 'missed' END""",
        "is not in the state that its days say",
    ),
)
WRONG = """
    WITH moved AS (
        SELECT pledge, arg_max(deadline, entry) AS deadline FROM pledge_log
        WHERE move = 'redate' GROUP BY pledge
    ), closing AS (SELECT * FROM pledge_log WHERE move IN ('solved', 'unsolved'))
    SELECT p.* FROM pledges AS p
    LEFT JOIN (FROM pledge_log WHERE move = 'register') AS r USING (pledge)
    LEFT JOIN moved AS m USING (pledge)
    LEFT JOIN closing AS c USING (pledge)
    GROUP BY ALL HAVING {wrong}
"""
ODD = """
    SELECT count(*) FILTER (day >= '{as_of}') AS early,
        count(*) FILTER (move NOT IN ('register', 'progress', 'redate', 'solved', 'unsolved')
            OR (move IN ('register', 'redate')) <> (deadline <> '')) AS odd,
        count(*) FILTER (NOT EXISTS (FROM pledges AS p WHERE p.pledge = l.pledge)) AS lost,
        count(*) - count(DISTINCT (pledge, entry)) AS double,
        count(*) AS entries
    FROM pledge_log AS l
"""


def pledges(release: Opened) -> Check:
    """Whether each pledge stands as its log and the day of the release say."""
    as_of = release.manifest["as_of"]
    failed = [
        f"pledges: {row['pledge']} {text}"
        for wrong, text in RULES
        for row in release.rows(WRONG.format(wrong=wrong.format(as_of=as_of)))
    ]
    number = release.number("SELECT count(*) FROM pledges")
    if number != release.number("SELECT count(DISTINCT pledge) FROM pledges"):
        failed.append("pledges: one is told twice")
    why = ("whether every pledge is there, and whether two people cleared its texts",)
    return Check("pledges", f"{number} pledges, kept or missed", tuple(failed), why)


def log(release: Opened) -> Check:
    """Whether what is told of pledges belongs to them and happened before the day."""
    (found,) = release.rows(ODD.format(as_of=release.manifest["as_of"]))
    said = {
        "early": "entries of a day that was still to come", "odd": "entries of no known kind",
        "lost": "entries of no pledge", "double": "entries told twice",
    }  # fmt: skip
    failed = [f"pledge_log: {found[name]} {text}" for name, text in said.items() if found[name]]
    return Check("pledge_log", f"{found['entries']} entries", tuple(failed))
