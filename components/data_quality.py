"""What a release says of its own data: rows, gaps, late cases, and what is withheld."""

from collections.abc import Sequence

import streamlit as st

from components import cached, locales, onward, session, tables, words
from components.onward import Onward
from components.session import t
from data_access import quality
from data_access.published import NONE, Release, Scope
from data_access.quality import Row
from metrics import numerals
from metrics.measure import FEW
from metrics.quality import Hidden, of, share, withheld_by_table

UNCHECKED = ("source", "outside", "medians", "withheld", "reasons")
PLACES = ("area", "category")


@cached.kept(50)
def _read(here: Release) -> list[Row]:
    return quality.read(here)


def read() -> list[Row]:
    """All that the release says of its data."""
    return _read(cached.release())


def finding(told: Sequence[Row]) -> None:
    """How many rows came in and how many of them were kept back, in one sentence."""
    kept = {row.key: row for row in of(told, "rows")}.get("quarantined")
    day = numerals.day(cached.release().as_of)
    if kept is None:
        st.info(t("page.data_quality.nothing"))
    else:
        way = "few" if kept.number is None else "some" if kept.number else "none"
        said = {"total": numerals.count(kept.total), "n": numerals.count(kept.number)}
        st.subheader(t(f"page.data_quality.finding_{way}", **said), anchor=False)
    st.caption(t("site.as_of", day=day))


def rows(told: Sequence[Row]) -> None:
    """What became of every row of every file, and by which rules."""
    st.subheader(t("page.data_quality.rows"), anchor="rows")
    for row in of(told, "deliveries"):
        st.markdown(t("page.data_quality.deliveries", n=numerals.count(row.number)))
    _table(of(told, "rows"), "fate", t("page.data_quality.rows"))
    for topic in ("quarantined", "repaired"):
        found = of(told, topic)
        if found:
            st.markdown(t(f"page.data_quality.{topic}"))
            _table(found, "rule", t(f"page.data_quality.{topic}"))
        else:
            st.markdown(t(f"page.data_quality.no_{topic}"))
    for row in of(told, "settled"):
        st.caption(t("page.data_quality.settled", n=_number(row), total=numerals.count(row.total)))


def lacking(told: Sequence[Row]) -> None:
    """What cases lack, column by column."""
    st.subheader(t("page.data_quality.lacking"), anchor="lacking")
    st.markdown(t("page.data_quality.lacking_hint"))
    _table(of(told, "lacking"), "column", t("page.data_quality.lacking"))


def changed(told: Sequence[Row]) -> None:
    """What is not final: deadlines past the calendar, cases that came in too late to be counted."""
    st.subheader(t("page.data_quality.changed"), anchor="changed")
    for topic in ("provisional", "late"):
        for row in of(told, topic):
            said = {"n": _number(row), "total": numerals.count(row.total)}
            way = topic if row.number or row.withheld else f"no_{topic}"
            st.markdown(t(f"page.data_quality.{way}", **said))


def unplaced(scope: Scope) -> None:
    """Cases of the period without a county or a category: cells of their own, protected as all."""
    for by in PLACES:
        figures = {figure.key: figure for figure in cached.measure("received", scope, by=by)}
        if not figures:
            continue
        figure = figures.get(NONE)
        period = words.period(session.language(), scope.period)
        if figure is None:
            st.markdown(t(f"page.data_quality.all_{by}", period=period))
        else:
            shown = words.note(session.language(), figure) or numerals.count(figure.numerator)
            st.markdown(t(f"page.data_quality.no_{by}", period=period, n=shown))


def withheld(told: Sequence[Row]) -> None:
    """Cells withheld by table and reason, and how many cases that hides."""
    st.subheader(t("page.data_quality.withheld"), anchor="withheld")
    st.markdown(t("page.data_quality.withheld_hint"))
    found = withheld_by_table(told)
    if not found:
        st.info(t("page.data_quality.none_withheld"))
        return
    tables.linked([_hidden(one) for one in found], t("page.data_quality.withheld"))
    st.caption(t("page.data_quality.withheld_cases"))


def _hidden(one: Hidden) -> dict[str, str | tables.Link]:
    return {
        t("page.data_quality.table"): by(one.key),
        t("period.label"): t(f"period.by_{one.grain}"),
        t("page.data_quality.cells"): numerals.count(one.cells),
        t("page.data_quality.few"): _of(one.few, one.cells),
        t("page.data_quality.protected"): _of(one.protected, one.cells),
        t("page.data_quality.cases"): "–" if one.hidden is None else _of(one.hidden, one.cases),
    }


def by(key: str) -> str:
    """The dimensions of a table, area+category, in words."""
    names = [t(f"page.data_quality.by_{name}") for name in key.split("+")]
    return " × ".join(names)


def _of(number: int, total: int | None) -> str:
    told = t("data_quality.part", n=numerals.count(number), share=share(number, total))
    return told if number else numerals.count(0)


def unchecked() -> None:
    """What nobody can tell from these data."""
    st.subheader(t("page.data_quality.unchecked"), anchor="unchecked")
    st.markdown("\n".join(f"- {t(f'page.data_quality.unchecked_{one}')}" for one in UNCHECKED))
    onward.links(
        [
            Onward("methods", "recompute", "page.data_quality.to_recompute"),
            Onward("methods", "never", "page.data_quality.to_never"),
            Onward("methods", "data", "page.data_quality.to_definitions"),
        ]
    )


def _table(found: Sequence[Row], kind: str, label: str) -> None:
    if found:
        tables.linked([_row(row, kind) for row in found], label)


def _row(row: Row, kind: str) -> dict[str, str | tables.Link]:
    return {
        t(f"page.data_quality.{kind}"): _named(kind, row.key),
        t("page.data_quality.number"): _number(row),
        t("page.data_quality.total"): numerals.count(row.total),
        t("page.data_quality.share"): share(row.number, row.total),
    }


def _named(kind: str, key: str) -> str:
    """What a fate, a rule or a column is called; a rule that is new here by its code."""
    name = f"page.data_quality.{kind}_{key}"
    if name in locales.words(session.language()):
        return t(name)
    return t("page.data_quality.rule_other", code=words.plain(key))


def _number(row: Row) -> str:
    """A count, or that it is too small to be told."""
    return t("page.data_quality.under") if row.withheld == FEW else numerals.count(row.number)
