"""How long things take: half of the cases, and nine in ten."""

from collections.abc import Sequence
from math import ceil
from typing import Any

import altair as alt
import pandas as pd

from components import session, words
from components.charts.drawing import LINE, MARGIN, MARK, ROW, drawn, names, told, undrawn
from components.drawn import Drawn
from components.readings import Reading
from components.session import t
from metrics.measure import Figure
from metrics.model import Metric
from metrics.stats.survival import DAY

TICKS = (60, 600, 3600, 21_600, 86_400, 604_800, 2_592_000)  # seconds: a minute to a month
ASIDE = 64  # pixels beside the dots, for their labels
ROOM = 1.3  # the same on an even scale
ON_A_DESK = "width > 300 ? 1 : 0"  # on a phone labels that begin at the axis run into its names


def stages(readings: Sequence[Reading]) -> Drawn:
    """A filled dot for the median, a hollow one for the 90th percentile, on a log scale."""
    language = session.language()
    named = [(words.name(language, one.metric), one.metric, one.figure) for one in readings]
    return spans(named, "chart.stages_alt")


def spans(named: Sequence[tuple[str, Metric, Figure]], description: str, log: bool = True) -> Drawn:
    """The same of any durations under their names; `description` is the key of its words.

    Durations that are much alike are better told on an even scale, in days from 0.
    """
    language = session.language()
    frame = pd.DataFrame(
        {
            "name": name,
            "value": figure.value,
            "p90": figure.p90,
            "half": words.span(language, figure.value),
            "most": words.span(language, figure.p90) if figure.p90 else "",
            "basis": "; ".join(words.evidence(language, figure, metric)),
        }
        for name, metric, figure in named
        if figure.value
    )
    if frame.empty:
        return undrawn()
    said = "; ".join(f"{row['name']} {row['basis']}" for row in frame.to_dict("records"))
    given = [row for name, metric, one in named for row in told([(name, one)], metric)]
    chart = alt.layer(*_dots(frame, _scale(frame, log), log))
    return drawn(chart, t(description, told=said), given)


def _scale(frame: pd.DataFrame, log: bool) -> dict[str, Any]:
    if log:
        axis = alt.Axis(values=list(TICKS), labelExpr=tick_names(), title=None, labelOverlap=True)
        return {"scale": alt.Scale(type="log", nice=False, padding=ASIDE), "axis": axis}
    most = max(float(frame[name].max()) for name in ("value", "p90"))
    days = [n * DAY for n in range(0, ceil(most / DAY) + 1, max(1, ceil(most / DAY / 6)))]
    told = {n: words.span(session.language(), n) if n else "0" for n in days}
    named = " : ".join(f"datum.value == {n} ? '{name}'" for n, name in told.items())
    axis = alt.Axis(values=days, labelExpr=f"{named} : ''", title=None)
    return {"scale": alt.Scale(domain=[0, most * ROOM], nice=False), "axis": axis}


def _dots(frame: pd.DataFrame, x: dict[str, Any], log: bool) -> list[alt.Chart]:
    titles = {"name": t("table.name"), "basis": t("chart.basis")}
    about = [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]
    base = alt.Chart(frame, height=ROW * len(frame) + MARGIN).encode(y=names(), tooltip=about)
    half_at, most_at = alt.X("value:Q", **x), alt.X("p90:Q", **x)
    rule = base.mark_rule(color=LINE, strokeWidth=2).encode(x=half_at, x2="p90:Q")
    half = base.mark_point(color=MARK, filled=True, size=90, opacity=1).encode(x=half_at)
    most = base.mark_point(color=MARK, size=80, opacity=1, strokeWidth=2).encode(x=most_at)
    before = base.mark_text(
        color=LINE, align="right", dx=-10, opacity=1 if log else alt.expr(ON_A_DESK)
    ).encode(x=half_at, text="half:N")
    after = base.mark_text(color=LINE, align="left", dx=10).encode(x=most_at, text="most:N")
    return [rule, half, most, before, after]


def tick_names() -> str:
    """A Vega expression that names the ticks in the visitor's language."""
    named = (f"datum.value == {tick} ? '{words.span(session.language(), tick)}'" for tick in TICKS)
    return " : ".join([*named, "''"])
