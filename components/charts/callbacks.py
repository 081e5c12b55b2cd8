"""Callbacks: how many of those asked answered, and what each formula makes of the answers."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from components import session, words
from components.charts.drawing import (
    LINE,
    MARGIN,
    MARK,
    ROW,
    VOLUME,
    drawn,
    names,
    rows,
    told,
    tooltip,
)  # fmt: skip
from components.drawn import Drawn, Row
from components.readings import Reading
from components.session import t
from metrics import numerals
from metrics.measure import Figure
from metrics.stats.satisfaction import Answers

ROOM = 1.65  # of the longest bar: the label beside it, on a phone too
BAR = 44  # pixels a bar takes with its gap


def funnel(answers: Answers) -> Drawn:
    """Asked, reached, answered: each bar lies within the one above it."""
    steps = {"asked": answers.asked, "reached": answers.reached, "answered": answers.answered}
    frame = pd.DataFrame(
        {
            "name": t(f"page.satisfaction.{name}"),
            "value": count,
            "shown": _step(count, answers.asked),
        }
        for name, count in steps.items()
    )
    most = alt.Scale(domain=[0, answers.asked * ROOM], nice=False)  # room for the label
    base = alt.Chart(frame, height=BAR * len(frame)).encode(
        y=names(), x=alt.X("value:Q", scale=most, axis=None)
    )
    label = base.mark_text(align="left", dx=6, color=LINE, fontSize=13).encode(text="shown:N")
    said = "; ".join(f"{row['name']} {row['shown']}" for row in frame.to_dict("records"))
    given: list[Row] = [
        {"name": row["name"], "value": row["value"]} for row in frame.to_dict("records")
    ]
    bars = base.mark_bar(color=VOLUME, height=24)
    return drawn(bars + label, t("chart.funnel_alt", told=said), given)


def _step(count: int, asked: int) -> str:
    share = numerals.percent(count / asked, asked)
    return t("chart.step", count=numerals.count(count), share=share)


def formulas(readings: Sequence[Reading], silent: Figure) -> Drawn:
    """Each formula's rate with its interval; below, in grey, what the silent could change."""
    shown = [words.name(session.language(), reading.metric) for reading in readings]
    frame = rows([reading.figure for reading in readings], readings[0].metric).assign(name=shown)
    span = pd.DataFrame({"name": [t("chart.silent")], "low": [silent.low], "high": [silent.high]})
    least = min(*frame["low"], *span["low"])
    scale = alt.Scale(domain=[max(0.0, least - 0.05), 1.0], nice=False)
    axis = alt.Axis(format=".0%", tickCount=5)
    base = alt.Chart(frame).encode(y=names(), tooltip=tooltip(t("table.value"), "name"))
    bar = base.mark_rule(color=MARK, strokeWidth=8, opacity=0.35, strokeCap="round").encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=axis), x2="high:Q"
    )
    dot = base.mark_point(color=MARK, filled=True, size=80, opacity=1).encode(
        x=alt.X("value:Q", scale=scale)
    )
    wide = alt.Chart(span).mark_rule(color=LINE, strokeWidth=8, opacity=0.5, strokeCap="round")
    wide = wide.encode(y=names(), x=alt.X("low:Q", scale=scale), x2="high:Q")
    said = "; ".join(f"{row['name']} {row['shown']}" for row in frame.to_dict("records"))
    low, high = numerals.bounds(silent)
    chart = alt.layer(bar, dot, wide).properties(height=ROW * (len(frame) + 1) + MARGIN)
    figures = [reading.figure for reading in readings]
    named = [*zip(shown, figures, strict=True), (t("chart.silent"), silent)]
    return drawn(chart, t("chart.formulas_alt", told=said, low=low, high=high), told(named))
