"""Why cases could not be handled: bars by reason, and the share over quarters and places."""

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
    dated,
    drawn,
    names,
    rows,
    told,
    tooltip,
    undrawn,
)  # fmt: skip
from components.drawn import Drawn
from components.session import t
from metrics import numerals
from metrics.measure import Figure
from metrics.model import Metric
from metrics.shares import share

BAR = 46  # pixels a bar takes with its name above it
FEWEST = 2  # periods that make a trend


def bars(named: Sequence[tuple[str, Figure]], whole: Figure | None, first: int) -> Drawn:
    """A bar for each count, its name above and number and share of the whole beside it.

    The first ones, which chance cannot tell apart, are darker than the rest.
    What is withheld has no bar and says why.
    """
    frame = pd.DataFrame(
        {
            "name": name,
            "value": count.value or 0,
            "shown": label(count, whole),
            "rest": place >= first,
        }
        for place, (name, count) in enumerate(named)
    )
    most = alt.Scale(domain=[0, max(1.0, float(frame["value"].max())) * 1.5], nice=False)
    base = alt.Chart(frame, height=BAR * len(frame)).encode(
        y=alt.Y("name:N", sort=None, axis=None), x=alt.X("value:Q", scale=most, axis=None)
    )
    above = base.mark_text(align="left", color=LINE, fontSize=13, dy=-14).encode(
        text="name:N", x=alt.value(0)
    )
    beside = base.mark_text(align="left", color=LINE, fontSize=13, dx=6, dy=6)
    bar = base.mark_bar(color=VOLUME, height=14, yOffset=6).encode(
        opacity=alt.condition("datum.rest", alt.value(0.45), alt.value(1))
    )
    said = "; ".join(f"{row['name']} {row['shown']}" for row in frame.to_dict("records"))
    chart = bar + above + beside.encode(text="shown:N")
    return drawn(chart, t("chart.reasons_alt", told=said), told(named))


def label(count: Figure, whole: Figure | None) -> str:
    """60 件（19%）, or why there is no number."""
    if count.numerator is None:
        return words.note(session.language(), count)
    cases, part = t("card.cases", cases=numerals.count(count.numerator)), share(count, whole)
    return cases if part.value is None else t("chart.part", cases=cases, share=numerals.value(part))


def periods(metric: Metric, figures: Sequence[Figure]) -> Drawn:
    """A rare share by period, from zero up: line, points and the band of its interval."""
    language = session.language()
    frame = rows(figures, metric)
    if len(frame) < FEWEST:
        return undrawn(t("chart.too_few_periods"))
    frame["name"] = [words.period(language, str(key)) for key in frame["key"]]
    axis = alt.Axis(labelAngle=0, labelOverlap=True, title=None)
    base = alt.Chart(frame, height=220).encode(
        x=alt.X("key:O", sort=None, axis=axis),
        tooltip=tooltip(words.name(language, metric), "name"),
    )
    scale = alt.Scale(domain=[0, float(frame["high"].max()) * 1.15], nice=False)
    ticks = alt.Axis(format=".1%", tickCount=4)
    band = base.mark_area(color=MARK, opacity=0.18).encode(
        y=alt.Y("low:Q", title=None, scale=scale, axis=ticks), y2="high:Q"
    )
    line = base.mark_line(color=MARK, strokeWidth=2, point=alt.OverlayMarkDef(size=30, color=MARK))
    last = frame.iloc[-1]
    said = t(
        "chart.trend_alt", metric=words.name(language, metric), value=last["shown"],
        first=frame["name"].iloc[0], last=last["name"],
    )  # fmt: skip
    chart = band + line.encode(y=alt.Y("value:Q", scale=scale))
    return drawn(chart, said, dated(figures, metric))


def places(
    metric: Metric, named: Sequence[tuple[str, Figure]], city: Figure | None, group: str
) -> Drawn:
    """A rare share by place or subject: a dot and its interval, the whole city a dashed line."""
    shown = [(name, figure) for name, figure in named if figure.value is not None]
    if not shown:
        return undrawn()
    frame = rows([figure for _, figure in shown], metric).assign(name=[name for name, _ in shown])
    top = max(float(frame["high"].max()), city.value or 0.0 if city else 0.0) * 1.1
    scale = alt.Scale(domain=[0, top], nice=False)
    axis = alt.Axis(format=".1%", tickCount=4)
    base = alt.Chart(frame).encode(
        y=names(), tooltip=tooltip(words.name(session.language(), metric), "name")
    )
    bar = base.mark_rule(color=MARK, strokeWidth=6, opacity=0.35, strokeCap="round").encode(
        x=alt.X("low:Q", title=None, scale=scale, axis=axis), x2="high:Q"
    )
    dot = base.mark_point(color=MARK, filled=True, size=70, opacity=1)
    layers: list[alt.Chart] = [bar, dot.encode(x=alt.X("value:Q", scale=scale))]
    if city is not None and city.value is not None:
        level = t("chart.city_level", value=numerals.value(city))
        at = alt.Chart(pd.DataFrame({"value": [city.value], "label": [level]})).encode(
            x=alt.X("value:Q", scale=scale)
        )
        label = at.mark_text(color=LINE, align="left", baseline="bottom", dx=4, dy=-4)
        layers.append(at.mark_rule(color=LINE, strokeDash=[4, 3]))
        layers.append(label.encode(text="label:N", y=alt.value(0)))
    chart = alt.layer(*layers).properties(height=ROW * len(frame) + MARGIN)
    name = words.name(session.language(), metric)
    return drawn(chart, t("chart.units_alt", metric=name, group=group), told(named, metric))
