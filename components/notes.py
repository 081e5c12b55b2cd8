"""The note below a figure: what is counted, what is not, and on what basis."""

from collections.abc import Sequence

import streamlit as st

from components import cached, session
from components.folds import draw, fold
from components.session import t
from data_access.published import Scope
from metrics import numerals
from metrics.measure import TOO_EARLY
from metrics.model import Metric, formula


def too_early(metric: Metric) -> None:
    """Say so if not one case of a metric has come to its day of judgement."""
    figure = cached.total(metric.id, Scope())
    if figure is not None and figure.note == TOO_EARLY:
        st.info(t("note.too_early"))


def how(metric: Metric) -> None:
    """The definition of a metric below its figure, and what holds for its numbers."""
    day, zone = numerals.day(cached.release().as_of), session.city().timezone
    lines = [*_lines(metric), t("note.dates", day=day, zone=zone)]
    lines += [t("note.dated", by=t(f"note.{metric.dated_by}"))]
    if metric.kind == "ratio":
        lines += [t("note.interval"), t("note.rounding"), t("note.withheld")]
    draw([fold(t("note.how", name=metric.wording[session.language()].name), lines)])


def compared() -> None:
    """How units are compared, and what the words of the comparison mean."""
    parts = ("funnel", "beyond", "rank", "tier", "mix", "guidance")
    draw([fold(t("note.compared.title"), [t(f"note.compared.{part}") for part in parts])])


def definitions(metrics: Sequence[Metric]) -> None:
    """The definitions of metrics by themselves, their formulas included."""
    draw(
        [
            fold(
                metric.wording[session.language()].name,
                [*_lines(metric), t("note.dated", by=t(f"note.{metric.dated_by}"))],
                formula(metric),
            )
            for metric in metrics
        ]
    )


def _lines(metric: Metric) -> list[str]:
    """What is counted, among what, why so, and by which rule, in the visitor's language."""
    wording, source = metric.wording[session.language()], metric.source
    kinds = {"duration": "note.measured", "composite": "note.added"}
    lines = [t(kinds.get(metric.kind, "note.counted"), text=wording.numerator)]
    if metric.kind == "ratio":
        lines.append(t("note.among", text=wording.denominator))
    return [
        *lines,
        t("note.why", text=wording.why),
        t("note.source", title=source.title, clause=source.clause),
    ]
