"""Tables: the same figures as the chart above them, for reading, copying and screen readers."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

import pandas as pd
import streamlit as st

from cities import Line
from components import session, words
from components.readings import Reading
from components.session import t
from metrics import numerals
from metrics.measure import Figure
from metrics.model import Metric

TABLE = "width:100%;border-collapse:collapse;font-size:0.875rem;line-height:1.5"
CELL = (
    "padding:0.4rem 0.5rem 0.4rem 0;text-align:left;vertical-align:top;min-width:7em;"
    "border:0;border-bottom:1px solid rgba(128,128,128,0.3)"
)
LINK = "color:inherit;text-underline-offset:0.25em"
MODES = {"merged": "lines.merged", "desk": "lines.desk", "parallel": "lines.parallel"}
RANGE = "\N{WORD JOINER}–\N{WORD JOINER}"  # an interval stays on one line


def interval(figure: Figure) -> str:
    """Both ends of a share's interval; one dash where there is none."""
    return "–" if figure.low is None else RANGE.join(numerals.bounds(figure))


def parts(figure: Figure) -> str:
    """So many of so many; one dash where they are withheld."""
    if figure.numerator is None and figure.denominator is None:
        return "–"
    return f"{numerals.count(figure.numerator)} / {numerals.count(figure.denominator)}"


class Link(NamedTuple):
    """A cell of a table that leads somewhere."""

    name: str
    href: str


Part = str | Link
Row = Mapping[str, Part | list[Part]]  # a cell under each column's name, perhaps of several parts


def linked(rows: Sequence[Row], label: str) -> None:
    """A table of text and links, which open in the same tab, so that Back leads back here.

    Links in Streamlit's own tables open a new tab. It scrolls by itself where it is too wide.
    """
    head = "".join(f'<th scope="col" style="{CELL}">{escape(name)}</th>' for name in rows[0])
    body = "".join(f"<tr>{''.join(map(_cell, row.values()))}</tr>" for row in rows)
    st.html(
        f'<div role="region" tabindex="0" aria-label="{escape(label)}" style="overflow-x:auto">'
        f'<table style="{TABLE}"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _cell(value: Part | list[Part]) -> str:
    if isinstance(value, Link):
        return f'<th scope="row" style="{CELL};font-weight:inherit">{_part(value)}</th>'
    parts = [value] if isinstance(value, str) else value
    return f'<td style="{CELL}">{"".join(map(_part, parts))}</td>'


def _part(value: Part) -> str:
    if isinstance(value, str):
        return escape(value)
    return link(value)


def link(to: Link) -> str:
    """A link as HTML."""
    return f'<a style="{LINK}" href="{escape(to.href)}">{escape(to.name)}</a>'


def withheld(figures: Sequence[Figure]) -> None:
    """Units that are listed but not compared, under the reason."""
    language, city = session.language(), session.city()
    for reason in dict.fromkeys(words.note(language, figure) for figure in figures):
        names = [
            words.unit_name(language, city, figure.key)
            for figure in figures
            if words.note(language, figure) == reason
        ]
        st.markdown(t("units.reason", reason=reason, names=t("units.and").join(names)))


def months(metric: Metric, figures: Sequence[Figure]) -> None:
    """A metric by period, newest first, folded away below its chart."""
    language = session.language()
    rows = [
        {
            t("chart.month"): words.period(language, figure.key),
            t("table.value"): words.value(language, metric, figure),
            t("chart.basis"): "; ".join(words.evidence(language, figure, metric)) or "–",
        }
        for figure in reversed(figures)
    ]
    if metric.kind == "count" and not any(figure.note for figure in figures):
        rows = [{name: row[name] for name in list(row)[:2]} for row in rows]
    with st.expander(t("table.months", name=words.name(language, metric))):
        _draw(rows)


def stages(readings: Sequence[Reading]) -> None:
    """How long stages take: from what to what, cases, median and 90th percentile."""
    _draw([_stage(reading.metric, reading.figure) for reading in readings])


def _stage(metric: Metric, figure: Figure) -> dict[str, str]:
    language = session.language()
    median, most = words.note(language, figure, metric), "–"
    if figure.numerator is not None:
        median, most = words.percentiles(language, figure)
    return {
        t("table.name"): words.name(language, metric),
        t("table.measured"): metric.wording[language].numerator,
        t("table.median"): median,
        t("table.p90"): most,
        t("table.cases"): numerals.count(figure.numerator),
    }


def lines(joined: Sequence[Line]) -> None:
    """Merged lines: number, name, how it was joined, and whether that is documented or made up."""
    language = session.language()
    _draw(
        [
            {
                t("lines.code"): line.code,
                t("table.name"): line.names[language],
                t("lines.mode"): t(MODES[line.mode]),
                t("lines.origin"): t("lines.real" if line.real else "lines.made_up"),
            }
            for line in joined
        ]
    )


def _draw(rows: list[dict[str, str]]) -> None:
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal")
