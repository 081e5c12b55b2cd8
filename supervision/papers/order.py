"""The document of one action (催办通知书, 督办单, 约谈通知书 …), as it was sent out.

What has happened since stands in an annex. The texts of each kind are the city's own, in
cities/<city>/supervision.toml.
"""

from collections.abc import Iterator
from datetime import datetime

import cities
from cities.supervision import Rules, Step, rules
from components import words
from components.locales import text
from data_access.supervision.ledger import Entry
from data_access.supervision.orders import Order
from supervision.papers import dates
from supervision.papers.model import Block, Break, Paper, Signature, Table, Text


class NoPaper(LookupError):
    """The city has no document for this kind of action."""


def paper(language: str, order: Order) -> Paper:
    """The document of an action. Raises NoPaper."""
    told, action = rules(order.city), order.action
    step = told.steps.get(action.kind) if told else None
    if told is None or step is None:
        raise NoPaper(f"{order.city}: {action.kind}")
    issued, office = action.entries[0], told.office[language]
    day = dates.day(language, order.city, issued.at)
    return Paper(
        language=language,
        mark=office,
        number=number(language, told, order.city, action.id, issued.at),
        title=step.paper.title[language],
        blocks=tuple(_blocks(language, order, step, office)),
        at=action.last.at,
        label=text(language, "paper.label") if order.synthetic else "",
        colophon=(
            text(language, "paper.printed", office=office, day=day),
            text(
                language, "paper.made_from", id=action.id, version=action.version,
                at=dates.moment(language, order.city, action.last.at),
            ),
        ),
    )  # fmt: skip


def number(language: str, told: Rules, city: str, action: int, at: datetime) -> str:
    """The number of a document (发文字号): the city's code, the year, the action's own number."""
    year = at.astimezone(cities.profile(city).zone).year
    return text(language, "paper.number", code=told.code[language], year=year, id=action)


def _blocks(language: str, order: Order, step: Step, office: str) -> Iterator[Block]:
    issued = order.action.entries[0]
    unit = _unit(language, order)
    to = step.paper.to[language] if step.paper.to else unit
    yield Text(text(language, "paper.to", unit=to), "flush")
    yield Text(_case(language, order, unit))
    yield Text(step.paper.text[language])
    if issued.words:
        yield Text(text(language, "paper.words"))
        yield from (Text(line.strip()) for line in issued.words.splitlines() if line.strip())
    if issued.due_at:
        yield Text(
            text(language, "paper.reply", day=dates.day(language, order.city, issued.due_at))
        )
    yield from _basis(language, step)
    day = dates.day(language, order.city, issued.at)
    yield Signature(office, day, text(language, "paper.seal"))
    if len(order.action.entries) > 1:
        yield Break()
        yield Text(text(language, "paper.annex"), "flush")
        yield _annex(language, order)


def _basis(language: str, step: Step) -> Iterator[Block]:
    yield Text(text(language, "paper.basis"))
    for place, rule in enumerate(step.basis, 1):
        key = "act.reference" if rule.reference else "act.rule"
        said = text(language, key, text=rule.words[language])
        yield Text(text(language, "paper.basis_line", n=place, text=said))
    if step.lawyer_check:
        yield Text(text(language, "paper.lawyer"))


def _case(language: str, order: Order, unit: str) -> str:
    """What the case is and how it stood when the action began."""
    case, number = order.case, order.action.number
    if case is None:
        return text(language, "paper.case_gone", number=number, unit=unit)
    city = cities.profile(order.city)
    area = words.unit_name(language, city, case["area"]) if case["area"] else ""
    return text(
        language, "paper.case", number=number, unit=unit, stands=_stands(language, order),
        received=dates.day(language, order.city, case["received_at"]),
        kind=" / ".join(filter(None, _path(language, order))),
        area=area or text(language, "paper.no_area"), due=_day(language, order, "due_at"),
        moved=_moved(language, order),
    )  # fmt: skip


def _path(language: str, order: Order) -> list[str]:
    case = order.case or {}
    names = cities.profile(order.city).categories.get(case["category"])
    return [names[language] if names else case["category"], case["category2"], case["category3"]]


def _day(language: str, order: Order, name: str) -> str:
    at = (order.case or {})[name]
    return dates.day(language, order.city, at) if at else text(language, "paper.no_deadline")


def _moved(language: str, order: Order) -> str:
    case = order.case or {}
    if case["deadline_at"] == case["due_at"]:
        return ""
    return text(language, "paper.moved", deadline=_day(language, order, "deadline_at"))


def _stands(language: str, order: Order) -> str:
    """Closed, or open with so many working days left or overdue."""
    as_of, stands = dates.moment(language, order.city, order.as_of), order.standing
    if order.case and order.case["closed_at"]:
        return text(language, "paper.closed", as_of=as_of)
    if stands is None:
        return text(language, "paper.undated", as_of=as_of)
    if stands.left is not None:
        return text(language, "paper.left", as_of=as_of, n=stands.left)
    return text(language, "paper.overdue", as_of=as_of, n=stands.overdue)


def _annex(language: str, order: Order) -> Table:
    head = tuple(text(language, f"paper.{name}") for name in ("at", "who", "move", "said", "due"))
    rows = tuple(_row(language, order.city, entry) for entry in order.action.entries)
    return Table("", head, rows, widths=(10, 8, 7, 14, 10))


def _row(language: str, city: str, entry: Entry) -> tuple[str, ...]:
    return (
        dates.moment(language, city, entry.at),
        entry.shown,
        text(language, f"move.{entry.move}"),
        entry.words or "–",
        dates.day(language, city, entry.due_at) if entry.due_at else "–",
    )


def _unit(language: str, order: Order) -> str:
    if not order.action.unit:
        return text(language, "paper.no_unit")
    return words.unit_name(language, cities.profile(order.city), order.action.unit)
