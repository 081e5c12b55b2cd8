"""Put a version of a bulletin together: the same version gives the same paper, for ever."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time

from sqlalchemy import Connection

from cities.supervision import rules
from components.locales import text
from data_access.published import Release, describe
from data_access.settings import DATABASE, MANIFEST, releases
from data_access.supervision import circular
from data_access.supervision.bulletins import Version
from data_access.supervision.circular import Begun
from data_access.supervision.viewer import Viewer
from metrics import numerals
from metrics.periods import after, first_day
from supervision.bulletin import handling, sections, sums, units
from supervision.bulletin.figures import Figures
from supervision.bulletin.said import Desk
from supervision.papers import dates, order
from supervision.papers.model import (
    Block,
    Break,
    Chart,
    Heading,
    Paper,
    Table,
    Text,
    fingerprint,
)

# Millimetres of the table of actions: numbers and days are long in Chinese, kinds in English.
ACTIONS = {"zh": (37, 18, 21, 30, 30, 20), "en": (27, 27, 30, 22, 22, 28)}


class Pruned(LookupError):
    """The release that a version was made from is no longer there."""


def paper(language: str, viewer: Viewer, connection: Connection, version: Version) -> Paper:
    """The bulletin of a version. Raises DoesNotAddUp, NotClosed, Pruned, Refused."""
    found = Figures(_release(version), version.month)
    sums.check(found)
    desk = Desk(language, found)
    start = datetime.combine(first_day(version.month), time(), desk.city.zone)
    end = datetime.combine(after(version.month), time(), desk.city.zone)
    told = circular.begun(viewer, connection, start, version.until, version.until)
    actions = (
        [one for one in told if one.begun_at < end],
        [one for one in told if one.begun_at >= end],
    )
    return _colophon(desk, version, _paper(desk, version, actions))


def there(version: Version) -> bool:
    """Whether the figures that a version was made from are still there."""
    folder = releases(version.city) / version.release
    return all((folder / name).is_file() for name in (MANIFEST, DATABASE))


def _release(version: Version) -> Release:
    if not there(version):
        raise Pruned(version.release)
    return describe(releases(version.city) / version.release)


def _paper(desk: Desk, version: Version, actions: tuple[list[Begun], list[Begun]]) -> Paper:
    month = first_day(version.month)
    named = {"city": desk.city.names[desk.language], "hotline": desk.city.hotline}
    return Paper(
        language=desk.language,
        mark=desk.t("paper.mark", **named),
        number=desk.t("paper.number", year=month.year, month=month.month),
        day=dates.day(desk.language, version.city, version.until),
        title=desk.t("paper.title", **named, period=desk.period(version.month)),
        blocks=tuple(_numbered(desk, _blocks(desk, version, actions))),
        at=version.until,
        label=text(desk.language, "paper.label") if desk.found.release.synthetic else "",
    )


def _blocks(
    desk: Desk, version: Version, actions: tuple[list[Begun], list[Begun]]
) -> Iterator[Block]:
    yield from _said(version, "lead")
    written = {"example": list(_said(version, "example")), "praise": list(_said(version, "praise"))}
    parts: list[tuple[str, list[Block]]] = [
        ("volume", list(sections.volume(desk))),
        ("category", list(sections.category(desk))),
        ("area", list(sections.area(desk))),
        ("handling", list(handling.handling(desk))),
        ("callbacks", list(handling.callbacks(desk))),
        ("hot", [*_said(version, "hot"), *sections.hot(desk)]),
        ("refused", list(sections.refused(desk))),
        ("actions", list(_actions(desk, version, *actions))),
        *written.items(),
        ("plan", list(_said(version, "plan"))),
    ]
    there = [(name, blocks) for name, blocks in parts if blocks]
    for place, (name, blocks) in enumerate(there):
        yield Heading(_title(desk, place, name))
        yield from blocks
    yield Break()
    yield Heading(desk.t("section.units"))
    yield from units.annex(desk)
    yield Heading(desk.t("section.notes"))
    yield from _notes(desk, version)


def _title(desk: Desk, place: int, name: str) -> str:
    numbers = desk.t("paper.numerals").split()
    return desk.t("paper.heading", n=numbers[place], title=desk.t(f"section.{name}"))


def _said(version: Version, name: str) -> Iterator[Block]:
    """What people wrote, a paragraph a line."""
    for line in version.texts.get(name, "").splitlines():
        if line.strip():
            yield Text(line.strip())


def _actions(
    desk: Desk, version: Version, month: Sequence[Begun], since: Sequence[Begun]
) -> Iterator[Block]:
    """What was begun in the month and after it, and where it stood when the version was made."""
    if rules(version.city) is None:
        return
    until = dates.moment(desk.language, version.city, version.until)
    if not month:
        yield Text(desk.t("said.actions_none"))
    for name, some in (("actions", month), ("since", since)):
        if some:
            kinds = _kinds(desk, version.city, some)
            yield Text(desk.t(f"said.{name}", n=len(some), kinds=kinds, until=until))
            rows = tuple(_action(desk, version, one) for one in some)
            head = desk.head("id", "kind", "unit", "begun", "due", "state")
            yield Table(desk.t(f"table.{name}"), head, rows, widths=ACTIONS[desk.language])
    if late := sum(one.late for one in (*month, *since)):
        yield Text(desk.t("said.late", until=until, n=late))
    yield Text(desk.t("said.ledger"), "note")


def _kinds(desk: Desk, city: str, some: Sequence[Begun]) -> str:
    counted = Counter(one.kind for one in some)
    return desk.t("paper.and").join(
        desk.t("said.actions_kind", kind=_kind(desk, city, kind), n=number)
        for kind, number in sorted(counted.items())
    )


def _kind(desk: Desk, city: str, kind: str) -> str:
    told = rules(city)
    return told.steps[kind].name[desk.language] if told and kind in told.steps else kind


def _action(desk: Desk, version: Version, one: Begun) -> tuple[str, ...]:
    told, city, language = rules(version.city), version.city, desk.language
    number = order.number(language, told, city, one.id, one.begun_at) if told else str(one.id)
    return (
        number, _kind(desk, city, one.kind),
        desk.member("unit", one.unit) if one.unit else desk.t("paper.none"),
        dates.day(language, city, one.begun_at),
        dates.day(language, city, one.due_at) if one.due_at else desk.t("paper.none"),
        text(language, f"state.{one.state}"),
    )  # fmt: skip


def _notes(desk: Desk, version: Version) -> Iterator[Block]:
    release = desk.found.release
    said = {
        "as_of": {"day": numerals.day(release.as_of), "release": release.id},
        "ledger": {"until": dates.moment(desk.language, version.city, version.until)},
    }
    names = ["as_of", "rates", "change", "dated", "hidden", "missing"]
    names += ["ledger"] * (rules(version.city) is not None)
    names += ["synthetic"] * release.synthetic
    for name in names:
        yield Text(desk.t(f"note.{name}", **said.get(name, {})), "note")


def _numbered(desk: Desk, blocks: Iterator[Block]) -> Iterator[Block]:
    """Tables and charts by number, in their order."""
    seen: Counter[str] = Counter()
    for block in blocks:
        if isinstance(block, (Table, Chart)) and block.caption:
            seen[block.kind] += 1
            caption = desk.t(f"paper.{block.kind}", n=seen[block.kind], title=block.caption)
            yield replace(block, caption=caption)
        else:
            yield block


def _colophon(desk: Desk, version: Version, made: Paper) -> Paper:
    """With where it comes from, so that anybody can make it again and compare."""
    print_ = fingerprint(made)[:16]
    day = dates.day(desk.language, version.city, version.until)
    lines = (
        desk.t("note.made", who=version.shown, day=day),
        desk.t("note.print", print=print_, release=version.release, version=version.version),
    )
    return replace(made, colophon=lines)
