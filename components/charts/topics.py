"""Charts of hot topics: what moved, what stands out where, and the months of the year."""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import pandas as pd

from components import session
from components.charts.drawing import LINE, MARGIN, MARK, VOLUME, dated, drawn, undrawn
from components.charts.months import AXIS
from components.drawn import Drawn, Row
from components.session import t
from metrics import numerals
from metrics.hotspots import Concentrated, Moved
from metrics.measure import Figure
from metrics.seasons import MONTHS, Season

BAR, CELL, LETTER = 60, 28, 14  # pixels: an interval with its name, a row of cells, a letter
AROUND = 120  # pixels above and below the cells of a heat map, for its names and its key
TICKS = (0.1, 0.25, 0.5, 1, 2, 4, 10, 25)
MOST = 3.0  # times as many: beyond this a cell of a heat map has the same colour
# From blue over the page's own ground to orange: told apart by those who see red and green alike.
COLOURS = (VOLUME, "#9FB6BE", "#C9B8A8", MARK)
WHOLE_FROM, SMALL = 10, 0.1  # a ratio from here on has no decimals, below there two
GREYS = ("#B9BFC4", "#9AA1A8", "#7A828A", "#5B6B76", VOLUME)  # older years, the last one bluer
DASHES = [[1, 2], [3, 3], [6, 3], [8, 2, 2, 2]]
STEPS = (1 / MOST, 0.8, 1.25, MOST)


def times(ratio: float) -> str:
    """1.8 times: how many times as many, in the words of the screen."""
    digits = 0 if ratio >= WHOLE_FROM else 1 if ratio >= SMALL else 2
    return t("page.topics.times", n=f"{ratio:.{digits}f}")


def month(number: int) -> str:
    """What a month of the year is called, 1 to 12."""
    return t(f"page.topics.month_{number}")


def movements(named: Sequence[tuple[str, Moved]]) -> Drawn:
    """A dot and its interval for each count: how many times as many as before; 1 is no change."""
    if not named:
        return undrawn()
    frame = pd.DataFrame(
        {
            "name": name, "ratio": one.ratio, "low": one.low, "high": one.high,
            "way": "more" if one.rose else "fewer", "shown": _moved(one),
        }
        for name, one in named
    )  # fmt: skip
    ends = [min(0.5, float(frame["low"].min())), max(2.0, float(frame["high"].max()))]
    ticks = [tick for tick in TICKS if ends[0] <= tick <= ends[1]]
    scale = alt.Scale(type="log", domain=ends, nice=False)
    axis = alt.Axis(values=ticks, labelExpr=_expression(ticks), title=t("page.topics.axis"))
    base = alt.Chart(frame).encode(
        y=alt.Y("name:N", sort=None, axis=None), x=alt.X("ratio:Q", scale=scale, axis=axis),
        color=alt.Color(
            "way:N", legend=None,
            scale=alt.Scale(domain=["more", "fewer"], range=[MARK, VOLUME]),
        ),
    )  # fmt: skip
    written = base.encode(x=alt.value(0), color=alt.value(LINE))
    name = written.mark_text(align="left", fontSize=13, dy=-20).encode(text="name:N")
    basis = written.mark_text(align="left", fontSize=12, dy=-4).encode(text="shown:N")
    span = base.mark_rule(strokeWidth=6, opacity=0.35, strokeCap="round", yOffset=12).encode(
        x=alt.X("low:Q", scale=scale, axis=axis), x2="high:Q"
    )
    dot = base.mark_point(filled=True, size=70, opacity=1, yOffset=12)
    still = alt.Chart(pd.DataFrame({"ratio": [1.0]})).mark_rule(color=LINE, strokeDash=[4, 3])
    still = still.encode(x=alt.X("ratio:Q", scale=scale, axis=axis))
    chart = alt.layer(still, span, dot, name, basis)
    told = "; ".join(f"{row['name']} {row['shown']}" for row in frame.to_dict("records"))
    given: list[Row] = [
        {"name": name, "then": one.then, "now": one.now, "ratio": one.ratio, "low": one.low,
         "high": one.high}
        for name, one in named
    ]  # fmt: skip
    return drawn(
        chart.properties(height=BAR * len(frame) + MARGIN + LETTER),
        t("page.topics.moving_alt", told=told), given,
    )  # fmt: skip


def _expression(ticks: Sequence[float]) -> str:
    """How Vega names the ticks of a scale of ratios."""
    told = (f"abs(datum.value - {tick}) < 1e-6 ? '{times(tick)}' : " for tick in ticks)
    return "".join(told) + "''"


def _moved(one: Moved) -> str:
    return t(
        "page.topics.moved", times=times(one.ratio), then=numerals.count(one.then),
        now=numerals.count(one.now),
    )  # fmt: skip


def concentrations(
    areas: Sequence[str], kinds: Sequence[str], named: Sequence[tuple[str, str, Concentrated]]
) -> Drawn:
    """Categories by counties; the colour says how many times as many as the city's mix gives."""
    if not named:
        return undrawn()
    frame = pd.DataFrame(
        {
            "area": area, "kind": kind, "ratio": one.ratio, "shown": times(one.ratio),
            "cases": numerals.count(one.observed), "expected": numerals.count(one.expected),
            "mark": "●" if one.found else "",
        }
        for area, kind, one in named
    )  # fmt: skip
    base = alt.Chart(frame).encode(
        x=alt.X("area:N", sort=list(areas), title=None, axis=_upright(areas)),
        y=alt.Y("kind:N", sort=list(kinds), title=None, axis=_plain()),
    )
    tooltip = [
        alt.Tooltip(f"{field}:N", title=t(key))
        for field, key in (
            ("area", "page.topics.area"), ("kind", "page.topics.kind"), ("cases", "table.cases"),
            ("expected", "page.topics.expected"), ("shown", "page.topics.ratio"),
        )
    ]  # fmt: skip
    given: list[Row] = [
        {"area": area, "name": kind, "cases": one.observed, "expected": round(one.expected, 2),
         "ratio": one.ratio, "low": one.low, "high": one.high, "found": str(one.found).lower()}
        for area, kind, one in named
    ]  # fmt: skip
    said = t("page.topics.places_alt", told=_marked(frame))
    return drawn(_heat(base, len(kinds), tooltip), said, given)


def _marked(frame: pd.DataFrame) -> str:
    rows = frame[(frame["mark"] != "") & (frame["ratio"] > 1)].to_dict("records")
    return "; ".join(f"{row['area']} {row['kind']} {row['shown']}" for row in rows) or "–"


def months_of_year(named: Sequence[tuple[str, Season]]) -> Drawn:
    """Categories by months; the colour says how many times a month's days would give."""
    frame = pd.DataFrame(
        {
            "name": name, "month": number, "called": month(number),
            "ratio": one.index[number - 1], "shown": times(one.index[number - 1]),
            "mark": "●" if number in one.busy else "",
        }
        for name, one in named
        for number in MONTHS
    )  # fmt: skip
    axis = alt.Axis(orient="top", labelAngle=0, title=None, domain=False, ticks=False)
    base = alt.Chart(frame).encode(
        x=alt.X("month:O", axis=axis),
        y=alt.Y("name:N", sort=None, title=None, axis=_plain()),
    )
    tooltip = [
        alt.Tooltip("name:N", title=t("page.topics.kind")),
        alt.Tooltip("called:N", title=t("page.topics.month")),
        alt.Tooltip("shown:N", title=t("page.topics.of_year")),
    ]
    told = "; ".join(f"{name} {month(one.peak)}" for name, one in named if one.peak)
    given: list[Row] = [
        {"name": name, "month": number, "ratio": one.index[number - 1],
         "busy": str(number in one.busy).lower()}
        for name, one in named
        for number in MONTHS
    ]  # fmt: skip
    said = t("page.topics.seasons_alt", told=told or "–")
    return drawn(_heat(base, len(named), tooltip), said, given)


def _heat(
    base: alt.Chart, rows: int, tooltip: list[alt.Tooltip]
) -> alt.LayerChart | alt.FacetChart:
    scale = alt.Scale(
        type="log", domain=list(STEPS), range=list(COLOURS), clamp=True, interpolate="rgb"
    )
    legend = alt.Legend(
        title=None, orient="bottom", direction="horizontal", values=[1 / MOST, 1, MOST],
        labelExpr=_expression([1 / MOST, 1, MOST]), gradientLength=160,
    )  # fmt: skip
    cells = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("ratio:Q", scale=scale, legend=legend), tooltip=tooltip
    )
    marks = base.mark_text(fontSize=10, color="#1B1B1B").encode(text="mark:N", tooltip=tooltip)
    return alt.layer(cells, marks).properties(height=CELL * rows + AROUND)


def _plain() -> alt.Axis:
    return alt.Axis(labelLimit=150, labelOverlap=False, domain=False, ticks=False)


def _upright(names: Sequence[str]) -> alt.Axis:
    """Chinese stands letter below letter, above its column; other writing leans."""
    shared: dict[str, Any] = {
        "orient": "top", "domain": False, "ticks": False, "labelLimit": 160, "labelOverlap": False
    }  # fmt: skip
    if session.language() == "zh":
        lines = max(map(len, names), default=1)
        shared |= {"labelPadding": 4 + LETTER * (lines - 1), "labelLineHeight": LETTER}
        return alt.Axis(labelExpr="split(datum.label, '')", labelAngle=0, **shared)
    return alt.Axis(labelAngle=-60, **shared)


def years(told: Mapping[str, Sequence[Figure]]) -> Drawn:
    """A line a year over the months, the newest one strong, the others grey."""
    frame = pd.DataFrame(
        {
            "year": year, "month": int(figure.key[5:]), "called": month(int(figure.key[5:])),
            "value": figure.numerator, "shown": numerals.count(figure.numerator),
                    }
        for year, figures in told.items()
        for figure in figures
        if figure.numerator is not None
    )  # fmt: skip
    if frame.empty:
        return undrawn(t("chart.too_few_months"))
    named = sorted(told)
    tones = alt.Scale(domain=named, range=[*GREYS, MARK][-len(named) :])
    legend = alt.Legend(title=None, orient="top", columns=3, symbolType="stroke")
    tooltip = [
        alt.Tooltip("year:N", title=t("page.topics.year")),
        alt.Tooltip("called:N", title=t("page.topics.month")),
        alt.Tooltip("shown:N", title=t("chart.cases")),
    ]
    lines = alt.Chart(frame, height=280).mark_line(point=alt.OverlayMarkDef(size=24)).encode(
        x=alt.X("month:O", axis=alt.Axis(labelAngle=0, title=t("page.topics.month"))),
        y=alt.Y("value:Q", title=t("chart.cases"), axis=alt.Axis(format=",d", **AXIS)),
        color=alt.Color("year:N", scale=tones, legend=legend),
        strokeDash=alt.StrokeDash("year:N", scale=alt.Scale(domain=named, range=_dashes(named)),
                                  legend=legend),
        tooltip=tooltip,
    )  # fmt: skip
    ends = {"first": min(told), "last": max(told)}
    given = [row for some in told.values() for row in dated(some)]
    return drawn(lines, t("page.topics.years_alt", **ends), given)


def _dashes(years: Sequence[str]) -> list[list[int]]:
    """The newest year is whole; the others are told apart by their dashes too."""
    return [DASHES[place % len(DASHES)] for place in range(len(years) - 1)] + [[1, 0]]
