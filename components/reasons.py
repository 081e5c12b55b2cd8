"""Reasons in public: how often each was given, what it means, the rule behind it, where to turn."""

from collections.abc import Callable, Sequence
from html import escape

import pandas as pd
import streamlit as st

from cities.reasons import Channel, Reason, cited
from components import (
    cached,
    filters,
    folds,
    lines,
    notes,
    session,
    tables,
    views,
    words,
)
from components.charts import reasons as charts
from components.drawn import Drawn
from components.session import t
from components.tables import Link, Row
from components.views import Ask
from data_access.published import Scope
from metrics import numerals, registry
from metrics.measure import UNPUBLISHED, Figure, withheld
from metrics.periods import ALL, first_day, label
from metrics.shares import leading, share, unseen

CASES, RATE = "not_handled_cases", "not_handled"
MANY = 4  # reasons that lead together and are still named
SIDES = "display:flex;flex-wrap:wrap;gap:0 2.5rem;line-height:1.6"
SMALL = "font-size:0.875rem;line-height:1.6;opacity:0.8;margin:0.75rem 0 0"


def listed(kind: str) -> list[Reason]:
    """The city's reasons of one kind, in the order of its catalogue."""
    return [reason for reason in session.city().reasons if reason.kind == kind]


def nearest(metric: str, by: str, scope: Scope) -> Scope | None:
    """The period a table is published for: the one asked for, one around it, or the newest."""
    published = cached.periods(metric, by)
    around = [scope.period]
    if scope.period != ALL:
        start = first_day(scope.period)
        around += [label(start.year, start.month, grain) for grain in ("quarter", "year")]
    found = next((period for period in (*around, *published) if period in published), None)
    return Scope(grain=published[found], period=found) if found else None


def table_of(metric: str, by: str, scope: Scope) -> Scope | None:
    """The same, and says so where it is another period, or no table at all."""
    found = nearest(metric, by, scope)
    if found is None:
        st.info(t("page.not_handled.unpublished"))
    elif found.period != scope.period:
        period = words.period(session.language(), found.period)
        st.caption(t("page.not_handled.other_period", period=period))
    return found


def overview(scope: Scope) -> None:
    """Bars by reason under a title that states what they show, and the same as a table."""
    found = nearest(CASES, "reason_code", scope)
    whole, figures = _given(found)
    first = leading(figures)
    st.subheader(_finding(first, figures, whole), anchor="reasons")
    if table_of(CASES, "reason_code", scope) is None:
        return
    ranked = sorted(figures, key=lambda figure: -(figure.numerator or 0))
    if whole is not None and whole.numerator is not None:
        st.caption(t("page.not_handled.bars", whole=numerals.count(whole.numerator)))
    views.show("reasons", Ask(scope))
    if any(figure.note for figure in figures):
        st.caption(t("note.withheld"))
    with st.expander(t("page.not_handled.table")):
        draw([row(_linked(figure.key), figure, share(figure, whole)) for figure in ranked])
    notes.how(registry.get(CASES))


@views.view("reasons", page="not_handled", period=filters.of_city(RATE))
def _bars(ask: Ask) -> Drawn:
    found = nearest(CASES, "reason_code", ask.scope)
    if found is None:
        return Drawn(None, why=t("page.not_handled.unpublished"))
    whole, figures = _given(found)
    first = leading(figures)
    ranked = sorted(figures, key=lambda figure: -(figure.numerator or 0))
    chart = charts.bars([(name(figure.key), figure) for figure in ranked], whole, len(first))
    return chart.under(of_period(_finding(first, figures, whole), found))


def of_period(title: str, scope: Scope) -> str:
    period = words.period(session.language(), scope.period)
    return t("chart.of_period", title=title, period=period)


def _given(scope: Scope | None) -> tuple[Figure | None, list[Figure]]:
    """How many cases could not be handled, in all and by reason; nothing where no table is."""
    if scope is None:
        return None, []
    return cached.total(CASES, scope), cached.measure(CASES, scope, by="reason_code")


def _finding(first: Sequence[Figure], figures: Sequence[Figure], whole: Figure | None) -> str:
    """Which reasons were given most, as far as chance and what is withheld let it be told."""
    if not first:
        return t("page.not_handled.lead_none")
    if len(first) == 1:
        said = t("page.not_handled.lead_one", name=name(first[0].key))
    else:
        way = "some" if len(first) <= MANY else "many"
        said = t(f"page.not_handled.lead_{way}", n=len(first))
    hidden = unseen(figures, whole)
    if hidden is None or hidden >= (first[-1].numerator or 0):
        return t("page.not_handled.among_published", text=said)
    return said


def name(code: str) -> str:
    """What a reason is called; a code that the catalogue lacks stands for itself."""
    return words.reason(session.language(), session.city(), code)


def _linked(code: str) -> str:
    """The name as a link to the explanation further down, where there is one."""
    explained = any(reason.code == code for reason in listed("not_handled"))
    return f"[{name(code)}](#{code})" if explained else name(code)


def row(name: str | Link, count: Figure | None, part: Figure) -> dict[str, str | Link]:
    """A line of a table: name, perhaps a count, a share with its interval, or why there is none."""
    said = words.note(session.language(), part)
    row: dict[str, str | Link] = {t("table.name"): name}
    if count is not None:
        row[t("table.cases")] = numerals.count(count.numerator)
    return row | {
        t("page.not_handled.share"): said or numerals.value(part),
        t("units.column.interval"): tables.interval(part),
        t("page.not_handled.counts"): tables.parts(part),
    }


def draw(rows: Sequence[Row]) -> None:
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal")


def explanations(scope: Scope | None, told: Callable[[str], None]) -> None:
    """Each reason why a case could not be handled: what it means, why so, and what to do next.

    `told` draws what is known of single cases of a reason, by its code.
    """
    found = nearest(CASES, "reason_code", scope) if scope else None
    whole, figures = _given(found)
    counts = {figure.key: figure for figure in figures}
    for reason in listed("not_handled"):
        with st.container(border=True):
            st.subheader(reason.names[session.language()], anchor=reason.code)
            figure = counts.get(reason.code) or withheld(reason.code, UNPUBLISHED)
            count = f'<p style="{SMALL}">{_count(figure, whole, found)}</p>' if found else ""
            st.html(count + _explained(reason))
            told(reason.code)


def _count(figure: Figure, whole: Figure | None, scope: Scope) -> str:
    """How often a reason was given in a period, with share, total and interval where told."""
    language, part = session.language(), share(figure, whole)
    period = words.period(language, scope.period)
    if part.value is None:
        said = t("page.not_handled.given", period=period, shown=charts.label(figure, whole))
    else:
        low, high = numerals.bounds(part)
        said = t(
            "page.not_handled.given_of", period=period, cases=numerals.count(part.numerator),
            whole=numerals.count(part.denominator), share=numerals.value(part), low=low, high=high,
        )  # fmt: skip
    return words.bold(said)


def folded(kind: str) -> None:
    """The reasons of another kind, each folded away under its name."""
    language = session.language()
    folds.draw([folds.html(one.names[language], _explained(one)) for one in listed(kind)])


def _explained(reason: Reason) -> str:
    """All of a reason as HTML: there are dozens on the page, and each element is sent by itself."""
    language = session.language()
    meaning, step, channel = (
        words.bold(said)
        for said in (
            reason.meaning[language],
            t("page.not_handled.next_step", text=reason.next_step[language]),
            t("page.not_handled.channel", text=reason.right_channel[language]),
        )
    )
    basis = [t("page.not_handled.basis", text=cited(reason, language))]
    if reason.lawyer_check:
        basis.append(t("page.not_handled.unchecked", text=reason.to_check[language]))
    channels = "".join(map(_channel, reason.channels))
    return (
        f'<div style="{SIDES}"><div style="flex:3 1 20rem"><p>{meaning}</p><p>{step}</p></div>'
        f'<div style="flex:2 1 15rem"><p>{channel}</p><ul style="{lines.ROW}">{channels}</ul></div>'
        f'</div><p style="{SMALL}">{"<br>".join(map(words.bold, basis))}</p>'
    )


def _channel(channel: Channel) -> str:
    """A number that one tap dials, or a place; a made-up address says that it is."""
    name, item = escape(channel.names[session.language()]), '<li style="margin:0">{}</li>'
    if channel.phone:
        number = escape(channel.phone)
        return item.format(f'<a style="{lines.BUTTON}" href="tel:{number}">{name} {number}</a>')
    where = escape((channel.address or {}).get(session.language(), ""))
    made_up = f" ({escape(t('page.not_handled.made_up'))})" if channel.made_up else ""
    return item.format(f"{name}: {where}{made_up}")
