"""A case like a parcel: where it is, what it passed, what comes next. Words only; no Streamlit."""

from dataclasses import dataclass

from cities import City, reasons
from cities.reasons import Reason
from components import words
from components.locales import text
from data_access.lookup.progress import STAGES, Progress, Step
from data_access.published import ALL, Cell, Release, Scope, periods, total
from metrics import numerals, registry
from metrics.measure import figures

USUAL = "time_closed"
PASSING = ("extension", "merge", "recategorised")  # they happen to a case without moving it
OUTCOMES = ("solved", "explained", "not_substantiated", "outside_duty", "not_handled")
AGAIN = ("handled", "replied", "closed", "called_back")  # what a case taken up again still has


@dataclass(frozen=True)
class Mark:
    """One mark on the way: `state` is done, now or later; what is later has no day."""

    label: str
    day: str
    details: tuple[str, ...]
    state: str


@dataclass(frozen=True)
class Parcel:
    """All that is shown of a case, in one language. `late` colours the promise."""

    now: str
    promise: str
    late: bool
    facts: tuple[tuple[str, str], ...]
    why: tuple[tuple[str, str], ...]  # of a case that could not be handled; else empty
    marks: tuple[Mark, ...]
    usual: tuple[str, ...]
    after: str
    fresh: str


def parcel(language: str, city: City, progress: Progress, release: Release | None) -> Parcel:
    """A case in words, beside how long such cases take by the release in force."""
    here = "over" if _over(progress) else _place(progress)
    promise, late = _promise(language, city, progress)
    return Parcel(
        say(language, city, "now_at", state=say(language, city, f"now.{here}")), promise, late,
        tuple(_facts(language, city, progress)), tuple(_why(language, city, progress)),
        tuple(_marks(language, city, progress)), _usual(language, city, progress, release),
        say(language, city, f"next.{here}"),
        text(language, "site.as_of", day=numerals.day(progress.as_of)),
    )  # fmt: skip


def say(language: str, city: City, key: str, **values: object) -> str:
    """A text of this page; where it sends the reader to the hotline it names the number."""
    return text(language, f"page.my_case.{key}", hotline=city.hotline, **values)


def reason(city: City, code: str) -> Reason | None:
    """A reason of the city's catalogue; None where the case gave none or one that is not listed."""
    return next((known for known in city.reasons if known.code == code), None)


def _place(progress: Progress) -> str:
    """Where the case is: the last step that moved it."""
    return [step.kind for step in progress.steps if step.kind not in PASSING][-1]


def _over(progress: Progress) -> bool:
    return progress.closed_on is not None and _place(progress) == "called_back"


def _promise(language: str, city: City, progress: Progress) -> tuple[str, bool]:
    """What became of the deadline in force, and whether it was missed."""
    due, closed = progress.deadline, progress.closed_on
    if due is None or progress.on_the_spot:
        return say(language, city, "promise.none"), False
    day, missed = numerals.day(due), (closed or progress.as_of) > due
    if closed is None:
        left = (due - progress.as_of).days + 1  # data reach to the first moment of their day
        key = "open_late" if missed else "open"
        return say(language, city, f"promise.{key}", day=day, n=left), missed
    late = (closed - (progress.due or due)).days
    key = "closed_late" if missed else "closed_extended" if late > 0 else "closed"
    return say(language, city, f"promise.{key}", day=day, n=late), missed


def _facts(language: str, city: City, progress: Progress) -> list[tuple[str, str]]:
    found = []
    if progress.guarded:
        found.append(("guarded", say(language, city, "guarded")))
    if progress.unit:
        found.append(("unit", words.unit_name(language, city, progress.unit)))
    if progress.category:
        names = city.categories.get(progress.category, {})
        found.append(("category", names.get(language) or words.plain(progress.category)))
    if progress.due and not progress.on_the_spot:
        day = numerals.day(progress.due)
        guessed = progress.due_provisional
        found.append(("due", say(language, city, "provisional", day=day) if guessed else day))
    if progress.extended_due:
        found.append(("extended_due", numerals.day(progress.extended_due)))
    if progress.outcome in OUTCOMES:
        found.append(("outcome", say(language, city, f"outcome.{progress.outcome}")))
    if progress.explanation:
        found.append(("explanation", progress.explanation))
    return [(say(language, city, f"fact.{name}"), value) for name, value in found]


def _why(language: str, city: City, progress: Progress) -> list[tuple[str, str]]:
    """Why a case could not be handled, by which rule, and where to turn."""
    known = reason(city, progress.reason)
    if known is None:
        return []
    told = (
        ("reason", known.names[language]), ("meaning", known.meaning[language]),
        ("basis", reasons.cited(known, language)), ("next_step", known.next_step[language]),
        ("channel", known.right_channel[language]),
    )  # fmt: skip
    return [(say(language, city, f"why.{name}"), value) for name, value in told]


def _marks(language: str, city: City, progress: Progress) -> list[Mark]:
    here = max(n for n, step in enumerate(progress.steps) if step.kind not in PASSING)
    done = [
        Mark(
            say(language, city, f"step.{step.kind}"), numerals.day(step.on),
            tuple(_details(language, city, step)), "now" if place == here else "done",
        )
        for place, step in enumerate(progress.steps)
    ]  # fmt: skip
    later = [
        Mark(say(language, city, f"step.{stage}"), "", (), "later") for stage in _ahead(progress)
    ]
    return done + later


def _details(language: str, city: City, step: Step) -> list[str]:
    """Of an extension the new deadline; of this and a return why, in the public's words."""
    found = []
    if step.until:
        found.append(say(language, city, "until", day=numerals.day(step.until)))
    known = reason(city, step.reason)
    if known:
        name, meaning = known.names[language], known.meaning[language]
        found.append(say(language, city, "because", name=name, meaning=meaning))
    elif step.kind == "extension":
        found.append(say(language, city, "no_reason"))
    return found


def _ahead(progress: Progress) -> list[str]:
    """The stages that are still to come."""
    kinds = [step.kind for step in progress.steps]
    if "reopen" in kinds and progress.closed_on is None:
        since = kinds[len(kinds) - kinds[::-1].index("reopen") :]
        return [stage for stage in AGAIN if stage not in since]
    last = max(STAGES.index(kind) for kind in kinds if kind in STAGES)
    if _place(progress) in ("return", "transfer"):  # the unit that has it now has not signed yet
        last = STAGES.index("dispatched")
    return [stage for stage in STAGES[last + 1 :] if stage not in kinds or stage == "signed"]


def _usual(
    language: str, city: City, progress: Progress, release: Release | None
) -> tuple[str, ...]:
    """How long cases of this kind took, in the last year told; of all cases where that is not."""
    if release is None or progress.on_the_spot:
        return ()
    years = [period for grain, period in periods(release, USUAL, "category") if grain == "year"]
    scopes = [
        Scope(grain="year", period=year, category=category)
        for year in years[:1]
        for category in dict.fromkeys((progress.category or ALL, ALL))
    ]
    cells = ((scope, total(release, USUAL, scope)) for scope in (*scopes, Scope()))
    told = next(((at, cell) for at, cell in cells if cell and cell.numerator is not None), None)
    return _took(language, city, release, *told) if told else ()


def _took(language: str, city: City, release: Release, at: Scope, cell: Cell) -> tuple[str, ...]:
    """Median and 90th percentile, and what they rest on."""
    figure = figures(registry.get(USUAL), [cell])[0]
    median, most = words.percentiles(language, figure)
    kind = city.categories.get(at.category, {}).get(language) or say(language, city, "usual.all")
    basis = {
        "cases": numerals.count(figure.numerator), "day": numerals.day(release.as_of),
        "period": words.period(language, at.period),
    }  # fmt: skip
    return (
        say(language, city, "usual.told", kind=kind, median=median, most=most),
        say(language, city, "usual.basis", **basis),
    )
