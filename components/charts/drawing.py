"""What all charts share: colours, figures as rows, and the description beside the drawing."""

from collections.abc import Sequence

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
ROW, MARGIN = 30, 60  # pixels a row takes in a dot plot, and its axis and label


def rows(figures: Sequence[Figure], metric: Metric | None = None) -> pd.DataFrame:
    """Figures as rows for a chart; what is withheld has no mark."""
    language = session.language()
    return pd.DataFrame(
        {
            "key": figure.key,
            "value": figure.value,
            "low": figure.low,
            "high": figure.high,
            "shown": numerals.value(figure),
            "basis": "; ".join(words.evidence(language, figure, metric)),
        }
        for figure in figures
        if figure.value is not None
    )


def names(field: str = "name") -> alt.Y:
    """An axis of names in the order given."""
    axis = alt.Axis(labelLimit=220, labelFlush=False, domain=False, ticks=False)
    return alt.Y(f"{field}:N", sort=None, title=None, axis=axis)


def tooltip(value: str, of: str = "key") -> list[alt.Tooltip]:
    """What the mark is of (the key of a period, or a name), the value, and what it rests on."""
    return [
        alt.Tooltip(f"{of}:N", title=t("chart.month") if of == "key" else t("table.name")),
        alt.Tooltip("shown:N", title=value),
        alt.Tooltip("basis:N", title=t("chart.basis")),
    ]


def show(chart: alt.Chart | alt.LayerChart | alt.FacetChart, description: str) -> None:
    """Draw, with the same in words for those who cannot see it."""
    st.altair_chart(chart, width="stretch", alt=description)
