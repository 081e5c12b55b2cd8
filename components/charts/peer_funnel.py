"""The funnel of a peer group: the fewer the cases, the wider chance alone spreads the rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import altair as alt
import pandas as pd

from components import session, words
from components.charts.drawing import CHOSEN, LINE, MARK, VOLUME, drawn, told, tooltip
from components.drawn import Drawn, Row
from components.peers import Standing
from components.session import t
from metrics import numerals
from metrics.comparison import Curve, curves
from metrics.model import Metric

HIGH = 340
NAMED_ALL = 12  # in a group of so many units each dot has its name
SHAPES = {
    "near": ("circle", 90), "beyond": ("circle", 90), "far": ("diamond", 170),
    "this": ("triangle-up", 220),
}  # fmt: skip
RARE = ("far", "this")  # in a large group only these have their names
ABOVE, BELOW = -12.0, 17.0  # pixels from a dot to its name
ON_A_DESK = "width > 520 ? 1 : 0"  # on a phone names would run into each other
WIDE, LETTER, LATIN = 900, 12, 7  # pixels: a chart on a desk, a Chinese letter and a Latin one
TALL = 0.05  # of the height: a name
CURVES = {"inner": [5, 4], "outer": [1, 0]}  # dashes of the limits


@dataclass(frozen=True)
class Dot:
    """One unit as it is drawn.

    `kind` is far, beyond (chance) or near its peers; `shape` tells the unit of the page apart.
    """

    code: str
    name: str
    cases: int
    value: float
    shown: str
    basis: str
    kind: str
    shape: str


def peer_funnel(
    metric: Metric, standings: Sequence[Standing], this: str = "", clickable: bool = False
) -> Drawn:
    """A peer group's units within the limits of chance. `this` is the unit the page is about."""
    peers = standings[0].peers
    dots = tuple(_dot(metric, one, this) for one in standings)
    level = t("chart.funnel_level", value=numerals.percent(peers.target, _all(dots)))
    titles = (t("chart.funnel_cases"), words.name(session.language(), metric), level)
    said = t(
        "chart.funnel_units_alt", group=standings[0].group, metric=titles[1], level=level,
        far=t("units.and").join(dot.name for dot in dots if dot.kind != "near") or t("units.none"),
    )  # fmt: skip
    chart = _chart(dots, curves(peers), peers.target, titles, clickable)
    return drawn(chart, said, _rows(metric, dots, standings))


def _rows(metric: Metric, dots: Sequence[Dot], standings: Sequence[Standing]) -> list[Row]:
    figures = told(
        [(dot.name, one.unit.figure) for dot, one in zip(dots, standings, strict=True)], metric
    )
    return [
        {"code": dot.code, **row, "group_level": one.peers.target, "beside_peers": dot.kind}
        for dot, row, one in zip(dots, figures, standings, strict=True)
    ]


def _all(dots: Sequence[Dot]) -> int:
    return sum(dot.cases for dot in dots)


def _dot(metric: Metric, one: Standing, this: str) -> Dot:
    language, figure = session.language(), one.unit.figure
    kind = "far" if one.unit.outlier else "beyond" if one.unit.beyond else "near"
    shape = "this" if figure.key == this else kind
    return Dot(
        figure.key, words.unit_name(language, session.city(), figure.key),
        figure.denominator or 0, figure.value or 0.0, numerals.value(figure),
        "; ".join(words.evidence(language, figure, metric)), kind, shape,
    )  # fmt: skip


def _chart(
    dots: Sequence[Dot], found: Sequence[Curve], target: float,
    titles: tuple[str, str, str], clickable: bool,
) -> alt.LayerChart | alt.FacetChart:  # fmt: skip
    x = alt.X(
        "cases:Q", title=titles[0],
        scale=alt.Scale(type="sqrt", domain=[found[0].cases, found[-1].cases], nice=False),
        axis=alt.Axis(format=",d", tickCount=6, grid=False),
    )  # fmt: skip
    low = min(*(dot.value for dot in dots), *(curve.inner.low for curve in found[-20:]))
    high = max(*(dot.value for dot in dots), *(curve.inner.high for curve in found[-20:]))
    room = 0.12 * (high - low)
    ends = alt.Scale(domain=[max(0.0, low - room), min(1.0, high + room)], nice=False)
    y: dict[str, Any] = {
        "scale": ends,
        "axis": alt.Axis(format=".0%", tickCount=5),
        "title": titles[1],
    }
    layers = [*_limits(found, x, y), *_level(target, found[0].cases, titles[2], x, y)]
    return alt.layer(*layers, *_dots(dots, x, y, clickable)).properties(height=HIGH)


def _limits(found: Sequence[Curve], x: alt.X, y: dict[str, Any]) -> list[alt.Chart]:
    frame = pd.DataFrame(
        {
            "cases": curve.cases,
            **{f"{name}_low": getattr(curve, name).low for name in ("wide", *CURVES)},
            **{f"{name}_high": getattr(curve, name).high for name in ("wide", *CURVES)},
        }
        for curve in found
    )
    base = alt.Chart(frame).encode(x=x)
    band = base.mark_area(color=LINE, opacity=0.14, clip=True).encode(
        y=alt.Y("wide_low:Q", **y), y2="wide_high:Q"
    )
    lines = [
        base.mark_line(color=LINE, strokeWidth=1, strokeDash=dash, clip=True).encode(
            y=alt.Y(f"{name}_{end}:Q", **y)
        )
        for name, dash in CURVES.items()
        for end in ("low", "high")
    ]
    return [band, *lines]


def _level(target: float, cases: int, label: str, x: alt.X, y: dict[str, Any]) -> list[alt.Chart]:
    at = pd.DataFrame({"cases": [cases], "value": [target], "label": [label]})
    base = alt.Chart(at).encode(y=alt.Y("value:Q", **y))
    text = base.mark_text(color=LINE, align="left", baseline="bottom", dx=4, dy=-3)
    return [base.mark_rule(color=LINE, strokeWidth=1.5), text.encode(x=x, text="label:N")]


def _dots(dots: Sequence[Dot], x: alt.X, y: dict[str, Any], clickable: bool) -> list[alt.Chart]:
    frame = pd.DataFrame(vars(dot) for dot in dots)
    frame["size"] = [SHAPES[dot.shape][1] for dot in dots]
    base = alt.Chart(frame).encode(
        x=x, y=alt.Y("value:Q", **y), tooltip=tooltip(str(y["title"]), "name")
    )
    colours = alt.Scale(domain=["near", "beyond", "far"], range=[VOLUME, MARK, MARK])
    forms = alt.Scale(domain=list(SHAPES), range=[shape for shape, _ in SHAPES.values()])
    points = base.mark_point(
        filled=True, opacity=1, cursor="pointer" if clickable else "default"
    ).encode(
        color=alt.Color("kind:N", legend=None, scale=colours),
        shape=alt.Shape("shape:N", legend=None, scale=forms),
        size=alt.Size("size:Q", legend=None, scale=None),
    )
    if clickable:
        points = points.add_params(
            alt.selection_point(name=CHOSEN, fields=["code"], on="click", empty=False)
        )
    return [points, *_names(dots, base, y["scale"])]


def _names(dots: Sequence[Dot], base: alt.Chart, scale: alt.Scale) -> list[alt.Chart]:
    """Each name above its dot, below it where another is in the way, else left out."""
    low, high = scale.domain
    widest = sqrt(max(dot.cases for dot in dots)) or 1.0
    taken: list[tuple[float, float, float]] = []  # across, up, width
    sides: dict[float, list[str]] = {ABOVE: [], BELOW: []}
    wanted = sorted(dots, key=lambda dot: (dot.shape not in RARE, dot.cases))
    for dot in wanted if len(dots) <= NAMED_ALL else [d for d in wanted if d.shape in RARE]:
        across, up = sqrt(dot.cases) / widest, (dot.value - low) / (high - low)
        wide = sum(LATIN if letter.isascii() else LETTER for letter in dot.name) / WIDE
        for side in sides:
            at = up - side / HIGH
            if all(abs(across - x) > (wide + w) / 2 or abs(at - y) > TALL for x, y, w in taken):
                sides[side].append(dot.code)
                taken.append((across, at, wide))
                break
    rare = [dot.code for dot in dots if dot.shape in RARE]
    return [
        base.transform_filter(alt.FieldOneOfPredicate("code", codes))
        .mark_text(color=LINE, dy=side, fontSize=12, opacity=shown)
        .encode(text="name:N")
        for side, placed in sides.items()
        for codes, shown in (
            ([code for code in placed if code in rare], 1),
            ([code for code in placed if code not in rare], alt.expr(ON_A_DESK)),
        )
        if codes
    ]
