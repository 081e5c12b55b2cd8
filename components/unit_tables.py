"""Tables of handling units: beside their peers, how long they take, and period by period."""

from collections.abc import Sequence

import streamlit as st

from components import session, tables, words
from components.peers import Standing
from components.session import t
from metrics import numerals
from metrics.adjusted import ALONE
from metrics.measure import FEW, PROTECTED, UNPUBLISHED, Figure
from metrics.model import Metric

BESIDE = {
    (0, 0): "within", (1, 0): "above", (-1, 0): "below",
    (1, 1): "far_above", (-1, -1): "far_below",
}  # fmt: skip
TIERS = {
    "top": "units.top", "middle": "units.middle", "bottom": "units.bottom",
    "cannot be told apart": "units.apart",
}  # fmt: skip
UNADJUSTED = {
    FEW: "units.unadjusted_few", ALONE: "units.unadjusted_alone",
    PROTECTED: "units.unadjusted_protected", UNPUBLISHED: "units.unadjusted_none",
}  # fmt: skip


def compared(metric: Metric, standings: Sequence[Standing], period: str) -> None:
    """Handling units beside their peers, each name a link to its own page. Never in order of rate.

    Rate, counts and interval; whether chance explains the difference; the range of its rank; and
    the rate adjusted for its mix of cases.
    """
    named = {
        "name": t("units.column.unit"),
        "value": words.name(session.language(), metric),
        "counts": t("units.column.counts"),
        "beside": t("units.column.beside"),
        "rank": t("units.column.rank"),
        "adjusted": t("units.column.adjusted"),
    }
    rows: list[tables.Row] = [
        {
            named["name"]: tables.Link(*_unit(metric, one.unit.figure.key, period)),
            named["value"]: ranged(one.unit.figure),
            named["counts"]: _counts(one.unit.figure),
            named["beside"]: _beside(one),
            named["rank"]: rank(one),
            named["adjusted"]: adjusted(one.adjusted),
        }
        for one in standings
    ]
    tables.linked(rows, standings[0].group)


def times(metric: Metric, figures: Sequence[Figure], group: str, period: str) -> None:
    """How long units take: cases, median and 90th percentile, each name a link."""
    language = session.language()
    rows: list[tables.Row] = []
    for figure in figures:
        median, most = words.percentiles(language, figure)
        rows.append(
            {
                t("units.column.unit"): tables.Link(*_unit(metric, figure.key, period)),
                t("table.cases"): numerals.count(figure.numerator),
                t("table.median"): median,
                t("table.p90"): most,
            }
        )
    tables.linked(rows, group)


def beside_city(metric: Metric, mine: Sequence[Figure], city: Sequence[Figure]) -> None:
    """A unit's figures by period beside the city's, newest first, folded away below the chart."""
    language, whole = session.language(), {figure.key: figure for figure in city}
    rows: list[tables.Row] = [
        {
            t("chart.month"): words.period(language, figure.key),
            words.name(language, metric): words.note(language, figure, metric) or ranged(figure),
            t("units.column.counts"): _counts(figure),
            t("unit.city"): numerals.value(whole[figure.key]) if figure.key in whole else "–",
        }
        for figure in reversed(mine)
    ]
    with st.expander(t("unit.table")):
        tables.linked(rows, t("unit.table"))


def _unit(metric: Metric, code: str, period: str) -> tuple[str, str]:
    """A unit's name, and the address of its page."""
    name = words.unit_name(session.language(), session.city(), code)
    return name, session.to("unit", unit=code, period=period, metric=metric.id)


def ranged(figure: Figure) -> str:
    """A share with its interval behind it."""
    if figure.value is None:
        return "–"
    return t(
        "units.ranged",
        value=numerals.value(figure),
        range=tables.interval(figure),
    )


def _counts(figure: Figure) -> str:
    return " / ".join(map(numerals.count, (figure.numerator, figure.denominator)))


def _beside(one: Standing) -> str:
    said = t(f"units.{beside(one)}")
    return t("units.explained", said=said) if one.explained else said


def beside(one: Standing) -> str:
    """Whether a unit lies above or below its peers, by more than chance or even further.

    The last part of a key: `units.<it>` is a word for a table, `unit.<it>` a sentence.
    """
    far = one.unit.outlier
    return BESIDE[far or one.unit.beyond, far]


def rank(one: Standing) -> str:
    """The range of a unit's rank among its peers, and its third only if it lies inside."""
    found = one.unit.rank
    if found is None:
        return t("units.not_ranked")
    of = sum(unit.rank is not None for unit in one.peers.units)
    key = "units.rank" if found.low < found.high else "units.rank_one"
    said = t(key, low=found.low, high=found.high, of=of)
    return t("units.rank_tier", rank=said, tier=t(TIERS[found.tier]))


def adjusted(figure: Figure) -> str:
    """The adjusted share, or why there is none."""
    return ranged(figure) if figure.value is not None else t(UNADJUSTED[figure.note])
