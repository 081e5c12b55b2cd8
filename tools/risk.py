"""How well the baseline of risk does on held-back months: python -m tools.risk [--city ankang]."""

import argparse

from rich.console import Console

import cities
from data_access.cases.engine import opened
from data_access.supervision import history, moment
from data_access.supervision.viewer import Role, Viewer
from metrics import numerals
from supervision import risk


def main() -> None:
    """Print a line a month and their total."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", default="ankang")
    parser.add_argument("--months", type=int, default=risk.MONTHS)
    given = parser.parse_args()
    viewer = Viewer("system:tools.risk", "", given.city, frozenset({Role.CITY}))
    with opened() as engine, engine.connect() as connection:
        as_of = moment.as_of(connection, given.city)
        past = history.judged(viewer, connection, as_of)
    months = risk.held_back(past, cities.profile(given.city).zone, given.months)
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"{given.city}: {len(past):,} judged cases, as of {as_of:%Y-%m-%d %H:%M} UTC")
    for month in (*months, *([risk.total(months)] if months else [])):
        rate, low, high = risk.hit_rate(month)
        interval = "–".join(numerals.percent(end, month.flagged) for end in (low, high))
        out.print(
            f"{month.month}: of {month.flagged:,} flagged {month.hits} were late "
            f"({numerals.percent(rate, month.flagged)}, {interval}); "
            f"of all {month.cases:,} at that point {month.late} "
            f"({numerals.percent(month.late / month.cases, month.cases)})"
        )


if __name__ == "__main__":
    main()
