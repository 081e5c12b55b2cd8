"""The note below a figure: what is counted, what is not, and on what basis."""

import streamlit as st

from components import cached, session
from components.session import t
from data_access.published import Scope
from metrics import numerals
from metrics.measure import TOO_EARLY
from metrics.model import Metric


def too_early(metric: Metric) -> None:
    """Say so if not one case of a metric has come to its day of judgement."""
    figure = cached.total(metric.id, Scope())
    if figure is not None and figure.note == TOO_EARLY:
        st.info(t("note.too_early"))


def how(metric: Metric) -> None:
    """The definition of a metric in the visitor's language, straight from its declaration."""
    wording, source = metric.wording[session.language()], metric.source
    day, zone = numerals.day(cached.release().as_of), session.city().timezone
    lines = [t("note.counted", text=wording.numerator)]
    if metric.kind == "ratio":
        lines.append(t("note.among", text=wording.denominator))
    lines += [
        t("note.why", text=wording.why),
        t("note.source", title=source.title, clause=source.clause),
        t("note.dates", day=day, zone=zone),
    ]
    if metric.kind == "ratio":
        lines += [t("note.interval"), t("note.rounding"), t("note.withheld")]
    with st.expander(t("note.how", name=wording.name)):
        st.markdown("\n\n".join(lines))
