"""A filled look-up store for tests: cases, and the codes that were handed over for them."""

from collections.abc import Sequence
from datetime import date

from data_access.lookup import schema, writing
from data_access.lookup.progress import Progress, Step
from data_access.lookup.writing import Issued, Secrets

CITY = "ankang"
TODAY = date(2026, 11, 10)
OPEN = Progress(
    as_of=date(2026, 11, 1), synthetic=True, unit="610902", category="城市管理",
    due=date(2026, 11, 6), extended_due=date(2026, 11, 20),
    steps=(
        Step("received", date(2026, 10, 15)), Step("accepted", date(2026, 10, 15)),
        Step("dispatched", date(2026, 10, 16)), Step("signed", date(2026, 10, 16)),
        Step("extension", date(2026, 10, 30), date(2026, 11, 20), "site_survey"),
    ),
)  # fmt: skip
ENDED = Progress(
    as_of=date(2026, 11, 1), synthetic=True, unit="610921", category="农业农村",
    due=date(2026, 7, 20), outcome="solved", expires=date(2026, 11, 9),
    steps=(Step("received", date(2026, 7, 1)), Step("closed", date(2026, 8, 11))),
)  # fmt: skip
CASES = {"GD202610150000001": OPEN, "GD202607010000002": ENDED}


class Held:
    """What was handed over: case number → code. Later codes replace earlier ones."""

    def __init__(self) -> None:
        self.codes: dict[str, str] = {}

    def __call__(self, issued: Sequence[Issued]) -> None:
        self.codes.update((one.number, one.code) for one in issued)


def secrets() -> Secrets:
    return writing.secrets(schema.create())


def fill(cases: dict[str, Progress] = CASES, city: str = CITY) -> dict[str, str]:
    """Fill the store that the settings name; the codes that were newly issued."""
    held = Held()
    writing.fill(schema.create(), secrets(), city, cases, held)
    return held.codes
