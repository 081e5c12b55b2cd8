"""Charts over months: bars of a count, the line of a rate."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd

from components import session, words
from components.charts.drawing import MARK, VOLUME, dated, drawn, rows, tooltip, undrawn
from components.drawn import Drawn
from components.session import t
from metrics import numerals
from metrics.measure import Figure
from metrics.model import Metric

FEWEST = 2  # months that make a trend
# The unit stands above the axis, upright: Chinese on its side is hard to read.
AXIS: dict[str, Any] = {
    "tickCount": 4, "titleAngle": 0, "titleAlign": "right", "titleBaseline": "bottom",
    "titleX": -6, "titleY": -6,
}  # fmt: skip


def volume(figures: Sequence[Figure]) -> Drawn:
    """Bars of a count by month."""
    frame = rows(figures)
    if len(frame) < FEWEST:
        return undrawn(t("chart.too_few_months"))
    bars = (
        alt.Chart(frame, height=240)
        .mark_bar(color=VOLUME)
        .encode(
            x=_months(frame),
            y=alt.Y("value:Q", title=t("chart.cases"), axis=alt.Axis(format=",d", **AXIS)),
            tooltip=tooltip(t("chart.cases")),
        )
    )
    first, last = _ends(frame)
    most, least = (numerals.count(end(frame["value"])) for end in (max, min))
    said = t("chart.volume_alt", first=first, last=last, most=most, least=least)
    return drawn(bars, said, dated(figures))


def trend(metric: Metric, figures: Sequence[Figure]) -> Drawn:
    """A rate by month: line, points and the band of its interval."""
    frame = rows(figures, metric)
    if len(frame) < FEWEST:
        return undrawn(t("chart.too_few_months"))
    name = metric.wording[session.language()].name
    base = alt.Chart(frame, height=240).encode(x=_months(frame))
    scale = alt.Scale(zero=False, domainMax=1, nice=False)
    axis = alt.Axis(format=".0%", **AXIS)
    band = base.mark_area(color=MARK, opacity=0.18).encode(
        y=alt.Y("low:Q", title=None, scale=scale, axis=axis), y2="high:Q"
    )
    line = base.mark_line(color=MARK, strokeWidth=2, point=alt.OverlayMarkDef(size=24, color=MARK))
    line = line.encode(y=alt.Y("value:Q", scale=scale), tooltip=tooltip(name))
    falling = frame["value"].iloc[-1] < frame["value"].iloc[-2]
    newest = alt.Chart(frame.tail(1)).mark_text(
        color=MARK, fontSize=13, fontWeight="bold", align="right", dx=4, dy=16 if falling else -14
    )
    label = newest.encode(x=_months(frame), y=alt.Y("value:Q", scale=scale), text="shown:N")
    first, last = _ends(frame)
    value = str(frame["shown"].iloc[-1])
    said = t("chart.trend_alt", metric=name, first=first, last=last, value=value)
    return drawn(band + line + label, said, dated(figures, metric))


def _months(frame: pd.DataFrame) -> alt.X:
    """A month axis that names years once there are many months."""
    labels = list(frame["key"])
    many = len(labels) > 14
    axis = alt.Axis(
        values=[label for label in labels if not many or label.endswith("-01")],
        labelExpr="slice(datum.value, 0, 4)" if many else "datum.value",
        labelAngle=0, labelOverlap=True, title=None,
    )  # fmt: skip
    return alt.X("key:O", sort=None, axis=axis)


def _ends(frame: pd.DataFrame) -> tuple[str, str]:
    language = session.language()
    first, last = (words.period(language, str(frame["key"].iloc[i])) for i in (0, -1))
    return first, last
