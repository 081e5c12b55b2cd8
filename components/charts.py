"""One function per form of chart. Each draws figures and says in words what it shows."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from components import session, words
from components.session import t
from metrics import numerals
from metrics.measure import Figure
from metrics.model import Metric

MARK = "#C2571A"  # the sun's orange: rates
VOLUME = "#2F7F9E"  # water blue: counts
LINE = "#7A828A"  # grey that stands on white and on night
FEWEST = 2  # months that make a trend
ROW, MARGIN = 30, 60  # pixels a unit takes in a dot plot, and its axis and label


def volume(figures: Sequence[Figure]) -> None:
    """Bars of a count by month."""
    frame = _frame(figures)
    if len(frame) < FEWEST:
        st.info(t("chart.too_few_months"))
        return
    bars = (
        alt.Chart(frame, height=240)
        .mark_bar(color=VOLUME)
        .encode(
            x=_months(frame),
            y=alt.Y("value:Q", title=t("chart.cases"), axis=alt.Axis(format=",d", tickCount=4)),
            tooltip=_tooltip(t("chart.cases")),
        )
    )
    first, last = _ends(frame)
    most, least = (numerals.count(end(frame["value"])) for end in (max, min))
    _show(bars, t("chart.volume_alt", first=first, last=last, most=most, least=least))


def trend(metric: Metric, figures: Sequence[Figure]) -> None:
    """A rate by month: line, points and the band of its interval."""
    frame = _frame(figures)
    if len(frame) < FEWEST:
        st.info(t("chart.too_few_months"))
        return
    name = metric.wording[session.language()].name
    base = alt.Chart(frame, height=240).encode(x=_months(frame))
    scale = alt.Scale(zero=False, domainMax=1, nice=False)
    axis = alt.Axis(format=".0%", tickCount=4)
    band = base.mark_area(color=MARK, opacity=0.18).encode(
        y=alt.Y("low:Q", title=name, scale=scale, axis=axis), y2="high:Q"
    )
    line = base.mark_line(color=MARK, strokeWidth=2, point=alt.OverlayMarkDef(size=24, color=MARK))
    line = line.encode(y=alt.Y("value:Q", scale=scale), tooltip=_tooltip(name))
    first, last = _ends(frame)
    value = str(frame["shown"].iloc[-1])
    _show(band + line, t("chart.trend_alt", metric=name, first=first, last=last, value=value))


def peers(metric: Metric, figures: Sequence[Figure], city: Figure | None, group: str) -> None:
    """Units of one peer group, in the order given: a dot for the rate, a bar for its interval."""
    name = metric.wording[session.language()].name
    language, here = session.language(), session.city()
    frame = _frame(figures).assign(
        name=[words.unit_name(language, here, figure.key) for figure in figures]
    )
    lowest = min(float(frame["low"].min()), city.value if city and city.value else 1.0)
    scale = alt.Scale(domain=[max(0.0, lowest - 0.02), 1.0], nice=False)
    axis = alt.Axis(format=".0%", tickCount=5)
    base = alt.Chart(frame, height=ROW * len(frame) + MARGIN).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, labelFlush=False)),
        tooltip=_tooltip(name, key="name"),
    )
    bar = base.mark_rule(color=MARK, strokeWidth=6, opacity=0.35, strokeCap="round").encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=axis), x2="high:Q"
    )
    dot = base.mark_point(color=MARK, filled=True, size=70, opacity=1).encode(
        x=alt.X("value:Q", scale=scale)
    )
    layers: list[Any] = [bar, dot]
    if city is not None and city.value is not None:
        at = pd.DataFrame({"value": [city.value], "label": [_city_level(city)]})
        level = alt.Chart(at).encode(x=alt.X("value:Q", scale=scale))
        label = level.mark_text(color=LINE, align="right", baseline="bottom", dx=4, dy=-4)
        layers.append(level.mark_rule(color=LINE, strokeDash=[4, 3]))
        layers.append(label.encode(text="label:N", y=alt.value(0)))
    _show(alt.layer(*layers), t("chart.units_alt", metric=name, group=group))


def _city_level(figure: Figure) -> str:
    return t("chart.city_level", value=numerals.value(figure))


def _frame(figures: Sequence[Figure]) -> pd.DataFrame:
    """Figures as rows for a chart; what is withheld has no mark."""
    language = session.language()
    return pd.DataFrame(
        {
            "key": figure.key,
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "shown": numerals.value(figure),
            "basis": "; ".join(words.evidence(language, figure)),
        }
        for figure in figures
        if figure.value is not None
    )


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


def _tooltip(value: str, key: str = "key") -> list[alt.Tooltip]:
    return [
        alt.Tooltip(f"{key}:N", title=t("chart.month") if key == "key" else t("units.column.unit")),
        alt.Tooltip("shown:N", title=value),
        alt.Tooltip("basis:N", title=t("chart.basis")),
    ]


def _ends(frame: pd.DataFrame) -> tuple[str, str]:
    language = session.language()
    first, last = (words.period(language, str(frame["key"].iloc[i])) for i in (0, -1))
    return first, last


def _show(chart: alt.Chart | alt.LayerChart | alt.FacetChart, description: str) -> None:
    st.altair_chart(chart, width="stretch", alt=description)
