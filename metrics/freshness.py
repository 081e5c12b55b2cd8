"""How old a release is: figures are made month by month, so one older than that is overdue."""

from datetime import date

from data_access.published import Release

STALE_AFTER = 45  # days: a month, and two weeks to make the release in


def age(release: Release, today: date) -> int:
    """Days since the day as of which the figures stand; a release as of tomorrow is 0 days old."""
    return max(0, (today - release.as_of).days)


def stale(release: Release, today: date) -> bool:
    """Whether a newer release should have come out by now."""
    return age(release, today) > STALE_AFTER
