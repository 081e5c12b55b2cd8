"""The table `long_open`: groups of ten cases or more, rounded down to tens, each told once."""

from pipeline.verify.opened import Opened
from pipeline.verify.report import Check

WRONG = """
    SELECT count(*) FILTER (at_least < 10 OR at_least % 10 <> 0) AS wrong,
        count(*) - count(DISTINCT (category, step, reason_code, promised, moved)) AS double,
        count(*) AS groups
    FROM long_open
"""


def groups(release: Opened) -> Check:
    """Whether no group is small enough, or told exactly enough, to be about somebody."""
    (found,) = release.rows(WRONG)
    failed = []
    if found["wrong"]:
        failed.append(f"long_open: {found['wrong']} numbers that are not ten or a multiple of it")
    if found["double"]:
        failed.append(f"long_open: {found['double']} groups told twice")
    return Check("long_open", f"{found['groups']} groups of ten cases or more", tuple(failed))
