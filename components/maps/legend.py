"""What the colours mean."""

from collections.abc import Sequence
from dataclasses import replace
from html import escape

import streamlit as st

from components.maps import colours, figures
from components.session import t
from metrics import numerals
from metrics.measure import Figure
from metrics.model import Metric

BOX = "display:inline-block;width:2.2em;height:0.9em;vertical-align:middle;background:"
TEXT = "font-size:0.875rem;display:flex;gap:0.5em;flex-wrap:wrap"


def legend(metric: Metric, found: Sequence[Figure]) -> None:
    """The steps of the colours between their two ends; nothing where there is no figure."""
    told = [figure for figure in found if figure.value is not None]
    if not told:
        return
    low, high = (_end(metric, told[0], end) for end in figures.scale(metric, found))
    steps(low, high)


def steps(low: str, high: str) -> None:
    """The steps of the colours between their two ends."""
    boxes = "".join(f'<span style="{BOX}{colours.css(step)}"></span>' for step in colours.STEPS)
    words = [escape(text) for text in (t("map.legend"), low, high)]
    st.html(
        f'<div style="{TEXT}"><span>{words[0]}</span><span>{words[1]}</span>'
        f'<span aria-hidden="true">{boxes}</span><span>{words[2]}</span></div>'
    )


def _end(metric: Metric, like: Figure, value: float) -> str:
    if metric.kind == "ratio":
        return numerals.percent(value, 1_000)  # one decimal: it is no share of its own
    return figures.value(metric, replace(like, value=value)) if value else "0"
