"""The sections of a bulletin that rest on the city's own figures, by `hotline.md` §6.2."""

from collections.abc import Iterator, Sequence

from components import words
from data_access.published import NONE, SENSITIVE, Scope
from metrics import numerals, shares, worsening
from metrics.measure import Figure
from supervision.bulletin import shown, sums
from supervision.bulletin.drawn import bars, months
from supervision.bulletin.said import Desk, counts, moved, rate, rates
from supervision.papers.model import Block, Table, Text

LEADING = 3  # that are named


def volume(desk: Desk) -> Iterator[Block]:
    """What came in, was answered at once, and became work orders; calls."""
    yield Text(_received(desk))
    calls = desk.found.one("answered_calls")
    if calls.value is None:
        yield Text(desk.t("said.no_calls"))
    else:
        said = {"calls": calls.denominator, "answered": calls.numerator}
        numbers = {name: numerals.count(number) for name, number in said.items()}
        yield Text(desk.t("said.calls", **numbers, rate=rate(desk, calls)))
    repeats = desk.found.one("repeats")
    if repeats.value is not None:
        part = numerals.count(repeats.numerator)
        yield Text(desk.t("said.repeats", part=part, rate=rate(desk, repeats)))
    yield rates(desk, desk.t("table.volume"), ("received", *shown.CALLS, *shown.VOLUME))
    yield months(desk, "received", desk.t("chart.received"))


def _received(desk: Desk) -> str:
    spot, received = desk.found.one("answered_on_the_spot"), desk.found.one("received")
    said = {
        "period": desk.period(desk.found.month), "received": numerals.count(received.numerator)
    }  # fmt: skip
    orders, all_cases = sums.orders(desk.found), received.numerator
    if spot.value is None or orders is None or all_cases is None:
        return desk.t("said.received_only", **said)
    formed = shares.share(Figure("", orders, None, orders), received)
    return desk.t(
        "said.received", **said, spot=numerals.count(spot.numerator), spot_rate=rate(desk, spot),
        orders=numerals.count(orders), orders_rate=rate(desk, formed),
    )  # fmt: skip


def category(desk: Desk) -> Iterator[Block]:
    """What it was about."""
    yield from _parts(desk, "category")


def area(desk: Desk) -> Iterator[Block]:
    """Where it came from."""
    yield from _parts(desk, "area")


def _parts(desk: Desk, dimension: str) -> Iterator[Block]:
    """A dimension's counts and shares: the leading ones in words, all in a table and a chart."""
    parts = [one for one in desk.found.parts(dimension) if one.key != NONE]
    if not parts:
        return
    yield from _leading(desk, dimension, parts)
    rows = tuple(_part(desk, dimension, one) for one in parts)
    head = desk.head(dimension, "received", "share", "counts", "before", "year")
    title = desk.t(f"table.{dimension}")
    yield Table(title, head, rows, (1, 2, 3, 4, 5), (12, 8, 9, 10, 8, 9))
    yield bars(desk, desk.t(f"chart.{dimension}"), _named(desk, dimension, parts))


def _leading(desk: Desk, dimension: str, parts: Sequence[Figure]) -> Iterator[Block]:
    told = [one for one in parts if one.numerator and one.key != SENSITIVE]
    top = sorted(told, key=lambda one: (-(one.numerator or 0), one.key))[:LEADING]
    if not top:
        return
    together = sum(one.numerator or 0 for one in top)
    whole = shares.share(Figure("", together, None, together), desk.found.one("received"))
    names = desk.t("paper.and").join(desk.member(dimension, one.key) for one in top)
    said = desk.t(
        "said.leading", names=names, parts=numerals.count(together), rate=rate(desk, whole)
    )
    hidden = any(one.numerator is None for one in parts)
    yield Text(said + (desk.t("said.leading_hidden") if hidden else ""))


def _part(desk: Desk, dimension: str, one: Figure) -> tuple[str, ...]:
    none, called = desk.t("paper.none"), desk.member(dimension, one.key)
    if one.numerator is None:
        return (called, words.note(desk.language, one), none, none, none, none)
    of_all = shares.share(one, desk.found.one("received"))
    return (
        called, numerals.count(one.numerator), numerals.value(of_all), counts(desk, of_all),
        *moved(desk, "received", desk.found.grown(one, dimension)),
    )  # fmt: skip


def hot(desk: Desk) -> Iterator[Block]:
    """The kinds of matters that came up most, and what has become worse in the quarter."""
    found: list[tuple[str, Figure]] = []
    for one in desk.found.parts("category"):
        kinds = desk.found.parts("category2", category=one.key)
        found += [(one.key, kind) for kind in kinds if kind.numerator and kind.key != NONE]
    found.sort(key=lambda pair: (-(pair[1].numerator or 0), pair[1].key))
    rows = tuple(_kind(desk, *pair) for pair in found[: shown.HOT])
    if rows:
        head = desk.head("category2", "category", "received", "share", "counts")
        yield Table(desk.t("table.hot"), head, rows, (2, 3, 4), (5, 5, 3, 4, 4))
    yield from _worse(desk)


def _kind(desk: Desk, within: str, kind: Figure) -> tuple[str, ...]:
    of_all = shares.share(kind, desk.found.one("received"))
    return (
        kind.key, desk.member("category", within), numerals.count(kind.numerator),
        numerals.value(of_all), counts(desk, of_all),
    )  # fmt: skip


def _worse(desk: Desk) -> Iterator[Block]:
    if not desk.found.quarter:
        return
    look = worsening.look(desk.found.release, Scope(grain="quarter", period=desk.found.quarter))
    if not look.looked_at:
        return
    said = "worse" if look.worse else "worse_none"
    yield Text(desk.t(f"said.{said}", quarter=desk.period(desk.found.quarter)))
    for one in look.worse[: shown.HOT]:
        pair = one.pair
        where = desk.member(pair.by, pair.key) if pair.by else desk.t("said.whole_city")
        yield Text(
            desk.t(
                "said.worse_one", where=where, metric=words.name(desk.language, pair.metric),
                then=rate(desk, pair.then), now=rate(desk, pair.now),
            )
        )  # fmt: skip


def refused(desk: Desk) -> Iterator[Block]:
    """What could not be handled, and why."""
    told = desk.found.one("not_handled")
    if told.value is None:
        yield Text(desk.t("said.refused_hidden"))
    else:
        part = numerals.count(told.numerator)
        yield Text(desk.t("said.refused", part=part, rate=rate(desk, told)))
    quarter = desk.found.quarter
    if not quarter:
        return
    scope = Scope(grain="quarter", period=quarter)
    reasons = [one for one in desk.found.by("not_handled_cases", "reason_code", scope)
               if one.numerator is not None]  # fmt: skip
    if not reasons:
        return
    title = desk.t("table.reasons", quarter=desk.period(quarter))
    names = {reason.code: reason.names[desk.language] for reason in desk.city.reasons}
    rows = tuple((names.get(one.key, one.key), numerals.count(one.numerator)) for one in reasons)
    yield Table(title, desk.head("reason", "cases"), rows, (1,), (6, 2))


def _named(desk: Desk, dimension: str, parts: Sequence[Figure]) -> list[tuple[str, Figure]]:
    return [(desk.member(dimension, one.key), one) for one in parts]
