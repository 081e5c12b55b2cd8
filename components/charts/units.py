"""A handling unit beside the whole city, quarter by quarter."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from components import session, words
from components.charts.drawing import LINE, MARK, dated, drawn, rows, tooltip, undrawn
from components.drawn import Drawn
from components.session import t
from metrics.measure import Figure
from metrics.model import Metric

FEWEST = 2  # periods that make a trend


def beside_city(metric: Metric, unit: str, mine: Sequence[Figure], city: Sequence[Figure]) -> Drawn:
    """A unit's rate by quarter with the band of its interval, the whole city a dashed line."""
    frame, whole = rows(mine, metric), rows(city, metric)
    if len(frame) < FEWEST:
        return undrawn(t("chart.too_few_periods"))
    language = session.language()
    for told in (frame, whole):
        told["name"] = [words.period(language, str(key)) for key in told["key"]]
    lows = [*frame["low"], *whole["value"]]
    scale = alt.Scale(domain=[max(0.0, min(lows) - 0.02), 1.0], nice=False)
    order = list(whole["key"])
    axis = alt.Axis(labelAngle=0, labelOverlap=True, title=None, labelExpr=_quarters())
    x = alt.X("key:O", sort=order, scale=alt.Scale(domain=order), axis=axis)
    y: dict[str, Any] = {"scale": scale, "axis": alt.Axis(format=".0%", tickCount=5), "title": None}
    base = alt.Chart(frame, height=260).encode(x=x, tooltip=tooltip(unit, "name"))
    band = base.mark_area(color=MARK, opacity=0.18).encode(y=alt.Y("low:Q", **y), y2="high:Q")
    line = base.mark_line(color=MARK, strokeWidth=2, point=alt.OverlayMarkDef(size=30, color=MARK))
    other = alt.Chart(whole).mark_line(color=LINE, strokeWidth=2, strokeDash=[5, 4])
    layers = [
        band, other.encode(x=x, y=alt.Y("value:Q", **y), tooltip=tooltip(t("unit.city"), "name")),
        line.encode(y=alt.Y("value:Q", **y)), *_ends(frame, unit, whole, x, y),
    ]  # fmt: skip
    said = t(
        "chart.beside_city_alt", unit=unit, metric=words.name(language, metric),
        value=frame["shown"].iloc[-1], city=whole["shown"].iloc[-1],
    )  # fmt: skip
    of = ((unit, mine), (t("unit.city"), city))
    given = [{"unit": name, **row} for name, some in of for row in dated(some, metric)]
    return drawn(alt.layer(*layers), said, given)


def _quarters() -> str:
    """A Vega expression that names a quarter in the visitor's language, in short."""
    year, quarter = "' + slice(datum.value, 2, 4) + '", "' + slice(datum.value, 6) + '"
    return f"'{t('chart.quarter_short', year=year, quarter=quarter)}'"


def _ends(
    frame: pd.DataFrame, unit: str, whole: pd.DataFrame, x: alt.X, y: dict[str, Any]
) -> list[alt.Chart]:
    """The name of each line where it ends."""
    above = frame["value"].iloc[-1] >= whole["value"].iloc[-1]
    ends = ((frame, unit, MARK, above), (whole, t("unit.city"), LINE, not above))
    return [
        alt.Chart(told.tail(1).assign(label=label))
        .mark_text(color=colour, align="right", dx=8, dy=-14 if over else 16, fontWeight="bold")
        .encode(x=x, y=alt.Y("value:Q", **y), text="label:N")
        for told, label, colour, over in ends
    ]
