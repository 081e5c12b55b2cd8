"""The annex of handling units: inside their peer groups, in the order of the register."""

from collections.abc import Iterator, Sequence

from components import words
from components.locales import text
from data_access.published import NONE, Scope
from metrics import numerals, registry
from metrics.comparison import UNLISTED, Compared, Peers, compare
from metrics.measure import Figure
from supervision.bulletin import shown
from supervision.bulletin.said import Desk, counts, interval
from supervision.papers.model import Block, Table, Text

BESIDE = {
    (0, 0): "within", (1, 0): "above", (-1, 0): "below", (1, 1): "far_above",
    (-1, -1): "far_below",
}  # fmt: skip


def annex(desk: Desk) -> Iterator[Block]:
    """Each peer group's rates with counts, interval, and what may be said beside its peers."""
    quarter = desk.found.quarter
    if not quarter:
        yield Text(desk.t("said.units_none"))
        return
    yield Text(desk.t("said.units", quarter=desk.period(quarter)))
    received = {one.key: one for one in desk.found.parts("unit", quarter)}
    for name in shown.OF_UNITS:
        scope = Scope(grain="quarter", period=quarter)
        told = [one for one in desk.found.by(name, "unit", scope) if one.key != NONE]
        metric = registry.get(name)
        for peers in compare(metric, told, desk.city):
            called = words.name(desk.language, metric)
            title = desk.t("said.units_of", group=_group(desk, peers.group), metric=called)
            rows = tuple(_row(desk, peers, unit, received) for unit in peers.units)
            head = desk.head("unit", "received", "value", "counts", "range", "beside", "rank")
            yield Table(title, head, rows, (1, 2, 3, 4), (12, 9, 6, 9, 11, 8, 9))
        yield from _hidden(desk, told)


def _row(desk: Desk, peers: Peers, unit: Compared, received: dict[str, Figure]) -> tuple[str, ...]:
    cases = received.get(unit.figure.key)
    told = numerals.count(cases.numerator) if cases and cases.numerator is not None else ""
    far = unit.outlier
    beside = BESIDE[far or unit.beyond, far]
    return (
        desk.member("unit", unit.figure.key), told or desk.t("paper.none"),
        numerals.value(unit.figure), counts(desk, unit.figure), interval(desk, unit.figure),
        text(desk.language, f"units.{beside}"), _rank(desk, peers, unit),
    )  # fmt: skip


def _rank(desk: Desk, peers: Peers, unit: Compared) -> str:
    if unit.rank is None:
        return text(desk.language, "units.not_ranked")
    low, high = unit.rank.low, unit.rank.high
    return desk.t("paper.range", low=low, high=high) if low < high else f"{low}"


def _hidden(desk: Desk, told: Sequence[Figure]) -> Iterator[Block]:
    """Units without a figure, under the reason; those without a case are among them."""
    reasons: dict[str, list[str]] = {}
    order = {unit.code: place for place, unit in enumerate(desk.city.units)}
    for one in sorted(told, key=lambda one: (order.get(one.key, len(order)), one.key)):
        if one.value is None:
            said = words.note(desk.language, one)
            reasons.setdefault(said, []).append(desk.member("unit", one.key))
    for reason, names in reasons.items():
        listed = desk.t("paper.and").join(names)
        yield Text(desk.t("said.units_hidden", reason=reason, names=listed), "note")


def _group(desk: Desk, group: str) -> str:
    if group == UNLISTED:
        return text(desk.language, "units.unlisted")
    return desk.city.peer_groups[group][desk.language]
