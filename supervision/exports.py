"""Lists as files: what a spreadsheet could take for a formula is disarmed, every row is marked.

The mark says who took the list and when, so that a sheet which is passed on still tells.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from sqlalchemy import Engine

import cities
from cities.supervision import COLOURS, rules
from components import words
from components.locales import text
from data_access import spreadsheets
from data_access.supervision import overdue, taken
from data_access.supervision.ledger import Action, Entry
from data_access.supervision.overdue import Listed, Question
from data_access.supervision.viewer import Viewer
from metrics import numerals
from pipeline.open_files import forms, workbook

NUMBERS = ("days", "extensions")  # of a question
Row = tuple[object, ...]
OF_CASE = (
    "overdue.column.number", "overdue.column.colour", "export.left", "export.overdue_by",
    "overdue.column.unit", "overdue.column.area", "overdue.column.category", "export.category2",
    "overdue.column.received", "overdue.column.deadline", "export.due",
    "overdue.column.extensions", "overdue.column.action",
)  # fmt: skip
OF_ENTRY = (
    "export.action", "overdue.column.number", "ledger.kind", "overdue.column.unit", "export.entry",
    "paper.at", "paper.who", "paper.move", "ledger.state", "ledger.due_at", "paper.said",
)  # fmt: skip
WHOLE = ("export.left", "export.overdue_by")  # numbers that not every row has


@dataclass(frozen=True)
class Export:
    """A list with its title, what is to be known of it, and the moment it was taken."""

    title: str
    frame: pd.DataFrame
    about: dict[str, str]
    about_title: str
    at: datetime


def csv(made: Export) -> bytes:
    """CSV that Excel takes for UTF-8."""
    return forms.MARK + forms.csv(_safe(made.frame))


def xlsx(made: Export) -> bytes:
    """A workbook: the list, and beside it what is to be known of it."""
    about = pd.DataFrame({"": list(made.about), " ": list(made.about.values())})
    return workbook.workbook({made.title: _safe(made.frame), made.about_title: _safe(about)})


def _safe(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.map(lambda value: spreadsheets.guarded(value) if isinstance(value, str) else value)


def overdue_list(
    viewer: Viewer, engine: Engine, language: str, form: str, query: Mapping[str, str]
) -> Export:
    """The list of cases that the address asks for, all its rows."""
    question = asked(viewer.city, query)
    found = taken.cases(viewer, engine, question, form)
    rows = [_case(viewer, language, row, found.latest.get(row.number)) for row in found.rows]
    about = {
        text(language, "export.as_of"): _at(viewer, found.as_of),
        text(language, "export.asked"): _asked(viewer, language, question),
    }
    if found.more:
        about[text(language, "export.more")] = text(language, "export.first", n=taken.MOST)
    return _export(viewer, language, "overdue", OF_CASE, rows, about, found.synthetic)


def ledger(
    viewer: Viewer, engine: Engine, language: str, form: str, _: Mapping[str, str]
) -> Export:
    """The ledger of actions, a row an entry."""
    found = taken.whole_ledger(viewer, engine, form)
    rows = [
        _entry(viewer, language, action, entry)
        for action in found.actions
        for entry in action.entries
    ]
    return _export(viewer, language, "ledger", OF_ENTRY, rows, {}, found.synthetic)


def asked(city: str, query: Mapping[str, str]) -> Question:
    """The question of an address; what is unknown in it counts for nothing, as on the page."""
    found: dict[str, Any] = {}
    for name in Question.__annotations__:
        said: Any = query.get(name, "")
        if name in NUMBERS:
            said = int(said) if said.isdecimal() else 0
        if said and _known(city, name, said):
            found[name] = said
    return Question(**found)


def _known(city: str, name: str, said: str) -> bool:
    if name == "colour":
        return said in COLOURS and rules(city) is not None
    options = {"which": overdue.LISTS, "sort": overdue.SORTS}
    return said in options.get(name, (said,))


def _export(
    viewer: Viewer, language: str, name: str, head: tuple[str, ...], rows: list[Row],
    about: dict[str, str], synthetic: bool,
) -> Export:  # fmt: skip
    """With the mark: who, when, and whether the data are made up."""
    now = datetime.now(UTC)
    data = text(language, "export.synthetic" if synthetic else "export.real")
    mark = {
        text(language, "export.who"): viewer.shown,
        text(language, "export.when"): _at(viewer, now),
        text(language, "export.data"): data,
    }
    frame = pd.DataFrame(rows, columns=[text(language, key) for key in head])
    for key in set(head) & set(WHOLE):
        column = text(language, key)
        frame[column] = frame[column].astype("Int64")
    title = text(language, f"export.{name}")
    count = {text(language, "export.rows"): numerals.count(len(rows))}
    return Export(
        title, frame.assign(**mark), mark | count | about, text(language, "export.about"), now
    )


def _case(viewer: Viewer, language: str, row: Listed, action: Action | None) -> Row:
    """The values of OF_CASE."""
    stands = row.standing
    return (
        row.number, text(language, f"overdue.mark.{row.colour or 'none'}"),
        stands.left if stands else None, stands.overdue if stands else None,
        _unit(viewer, language, row.unit), _unit(viewer, language, row.area),
        _category(viewer, language, row.category), row.category2,
        *(_at(viewer, at) for at in (row.received_at, row.deadline_at, row.due_at)),
        row.extensions, _doing(viewer, language, action),
    )  # fmt: skip


def _entry(viewer: Viewer, language: str, action: Action, entry: Entry) -> Row:
    """The values of OF_ENTRY."""
    return (
        action.id, action.number, _kind(viewer, language, action.kind),
        _unit(viewer, language, action.unit), entry.seq, _at(viewer, entry.at), entry.shown,
        text(language, f"move.{entry.move}"), text(language, f"state.{entry.state}"),
        _at(viewer, entry.due_at), entry.words,
    )  # fmt: skip


def _asked(viewer: Viewer, language: str, question: Question) -> str:
    """What the list was narrowed to, in the words of the page."""
    values = {
        "colour": question.colour and text(language, f"overdue.colour.{question.colour}"),
        "unit": _unit(viewer, language, question.unit),
        "area": _unit(viewer, language, question.area),
        "category": _category(viewer, language, question.category),
    } | {
        name: text(language, f"overdue.least.{name}", n=number)
        for name in NUMBERS
        if (number := getattr(question, name))
    }
    told = [text(language, f"overdue.which.{question.which}")]
    told += [f"{text(language, f'overdue.filter.{name}')}: {value}"
             for name, value in values.items() if value]  # fmt: skip
    return "; ".join(told)


def _doing(viewer: Viewer, language: str, action: Action | None) -> str:
    if action is None:
        return ""
    state = text(language, f"state.{action.state}")
    return text(language, "overdue.doing", kind=_kind(viewer, language, action.kind), state=state)


def _kind(viewer: Viewer, language: str, kind: str) -> str:
    told = rules(viewer.city)
    return told.steps[kind].name[language] if told and kind in told.steps else kind


def _unit(viewer: Viewer, language: str, code: str) -> str:
    return words.unit_name(language, cities.profile(viewer.city), code) if code else ""


def _category(viewer: Viewer, language: str, code: str) -> str:
    names = cities.profile(viewer.city).categories.get(code)
    return names[language] if names else code


def _at(viewer: Viewer, at: datetime | None) -> str:
    zone = cities.profile(viewer.city).zone
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at else ""
