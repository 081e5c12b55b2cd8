"""Tables: the same figures as the chart above them, for reading, copying and screen readers."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from components import session, words
from components.session import t
from metrics import numerals
from metrics.measure import Figure

RANGE = "\N{WORD JOINER}–\N{WORD JOINER}"  # an interval stays on one line


def units(figures: Sequence[Figure]) -> None:
    """Handling units with rate, counts and interval, or the reason why there is none."""
    language, city = session.language(), session.city()
    rows = [
        {
            t("units.column.unit"): words.unit_name(language, city, figure.key),
            t("units.column.value"): numerals.value(figure),
            t("units.column.interval"): RANGE.join(numerals.bounds(figure)),
            t("units.column.counts"): " / ".join(
                (numerals.count(figure.numerator), numerals.count(figure.denominator))
            ),
        }
        for figure in figures
    ]
    st.table(pd.DataFrame(rows), hide_index=True, border="horizontal")


def withheld(figures: Sequence[Figure]) -> None:
    """Units that are listed but not compared, under the reason."""
    language, city = session.language(), session.city()
    for reason in dict.fromkeys(words.note(language, figure) for figure in figures):
        names = [
            words.unit_name(language, city, figure.key)
            for figure in figures
            if words.note(language, figure) == reason
        ]
        st.markdown(t("units.reason", reason=reason, names=t("units.and").join(names)))
