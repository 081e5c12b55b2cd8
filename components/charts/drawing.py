"""What all charts share: colours, figures as rows of a drawing and of a file."""

from collections.abc import Sequence

import altair as alt
import pandas as pd

from components import session, words
from components.drawn import Drawn, Row
from components.session import t
from metrics import numerals
from metrics.measure import Figure
from metrics.model import Metric

MARK = "#C2571A"  # the sun's orange: rates
VOLUME = "#2F7F9E"  # water blue: counts
LINE = "#7A828A"  # grey that stands on white and on night
CHOSEN = "chosen"  # the selection of charts whose marks can be clicked
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


def drawn(
    chart: alt.Chart | alt.LayerChart | alt.FacetChart, said: str, told: Sequence[Row]
) -> Drawn:
    """A finished chart with the same in words and in rows."""
    spec = chart.to_dict()
    spec.pop("config")  # Altair's theme; page and file have their own
    return Drawn(spec, said, tuple(told))


def undrawn(why: str = "") -> Drawn:
    """No chart, and why."""
    return Drawn(None, why=why)


def told(named: Sequence[tuple[str, Figure]], metric: Metric | None = None) -> list[Row]:
    """Figures as rows of a file, under their names; what is withheld says why.

    Shares are fractions and durations seconds.
    """
    language = session.language()
    return [
        {
            "name": name, "value": figure.value, "low": figure.low, "high": figure.high,
            "p90": figure.p90, "numerator": figure.numerator, "denominator": figure.denominator,
            "note": words.note(language, figure, metric),
        }
        for name, figure in named
    ]  # fmt: skip


def dated(figures: Sequence[Figure], metric: Metric | None = None) -> list[Row]:
    """The same of one figure a period, under the labels of the periods."""
    return told([(figure.key, figure) for figure in figures], metric)
