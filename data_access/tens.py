"""Numbers that are told in tens, so that neither a difference nor a release before tells of few."""

ROUND = 10


def down(cases: int) -> int:
    """At least so many: rounded down to ROUND."""
    return cases // ROUND * ROUND
