"""Sections of the page Methods: what is published, what never is, corrections, how to recompute."""

from collections.abc import Iterable, Sequence

import streamlit as st

from components import cached, data_quality, notes, onward, session, tables, words
from components.onward import Onward
from components.session import t
from components.tables import Link, Row
from data_access import acts
from data_access.published import listed
from metrics import lattice, numerals, registry
from metrics.lattice import Table
from metrics.measure import COMPARABLE, TELLING, WHOLE_PERCENT_BELOW

NAMED = 6  # metrics of a table that are still listed one by one
NEVER = ("caller", "text", "number", "moment", "place", "few", "running", "rolling", "crossed",
         "rates", "medians", "late")  # fmt: skip
STATISTICS = ("interval", "change", "discovery", "funnel", "shrinkage", "rank", "mix", "survival",
              "warning", "suppression")  # fmt: skip
COMMANDS = """pip install -r requirements-verify.txt
python -m pipeline.verify {id}

pip install -r requirements.txt
python -m pipeline.attack {id}"""


def definitions() -> None:
    """Every metric by topic, straight from its declaration."""
    for topic, metrics in registry.by_topic().items():
        st.subheader(t(f"methods.{topic}"), anchor=topic)
        notes.definitions(metrics)


def published() -> None:
    """The lattice in words: every table, its periods, its figures, its least count."""
    st.header(t("methods.lattice"), anchor="lattice")
    grouped: dict[tuple[str, ...], list[Table]] = {}
    for table in lattice.tables():
        grouped.setdefault((*table.by, "", *table.grains), []).append(table)
    st.markdown(t("methods.lattice_hint", n=len(grouped), typical=lattice.typical()))
    tables.linked([_table(same) for same in grouped.values()], t("methods.lattice"))


def _table(same: Sequence[Table]) -> Row:
    """Tables of one cut and the same periods as one line."""
    by = "+".join(same[0].by) or "city"
    return {
        t("methods.by"): data_quality.by(by),
        t("methods.figures"): _figures([name for one in same for name in one.metrics]),
        t("methods.periods"): _joined(t(f"period.by_{grain}") for grain in same[0].grains),
        t("methods.least"): _joined(_least(same)),
    }


def _least(same: Sequence[Table]) -> list[str]:
    """The least counts by kind, and what is told at any size because a share tells it anyway."""
    least = {registry.get(one.metrics[0]).kind: one.threshold for one in same if one.threshold}
    free = [name for one in same if not one.threshold for name in one.metrics]
    told = [t(f"methods.least_{kind}", n=n) for kind, n in least.items()]
    return told + ([t("methods.least_none", names=_figures(free))] if free else [])


def _figures(names: Sequence[str]) -> str:
    if len(names) > NAMED:
        return t("methods.many", n=len(names))
    return _joined(words.name(session.language(), registry.get(name)) for name in names)


def _joined(parts: Iterable[str]) -> str:
    return ("、" if session.language() == "zh" else ", ").join(parts)


def never() -> None:
    """What no release holds, with the numbers of the lattice."""
    st.header(t("methods.never"), anchor="never")
    least = min(table.threshold for table in lattice.tables() if table.threshold)
    numbers = {
        "least": least, "sensitive": lattice.sensitive_threshold(), "rate": COMPARABLE,
        "whole": WHOLE_PERCENT_BELOW, "median": TELLING,
    }  # fmt: skip
    st.markdown("\n".join(f"- {t(f'methods.never_{one}', **numbers)}" for one in NEVER))
    st.markdown(t("methods.never_why"))


def statistics() -> None:
    """The methods behind intervals, comparisons and warnings, each with its source."""
    st.header(t("methods.statistics"), anchor="statistics")
    st.markdown("\n".join(f"- {t(f'methods.statistics_{one}')}" for one in STATISTICS))


def corrections() -> None:
    """Releases that were withdrawn and why, and releases put in force again."""
    st.header(t("methods.corrections"), anchor="corrections")
    here = cached.release()
    rows = [
        _act(numerals.day(one.published_at.date()), one.corrects.id, one.id, one.corrects.reason)
        for one in listed(here.city)
        if one.corrects
    ]
    rows += [
        _act(numerals.day(one.day), one.instead_of, one.to, t("methods.rolled_back"))
        for one in acts.rollbacks(here.city)
    ]
    st.markdown(t("methods.corrections_hint"))
    if rows:
        newest = sorted(rows, key=lambda row: str(row[t("methods.day")]), reverse=True)
        tables.linked(newest, t("methods.corrections"))
    else:
        st.info(t("methods.no_corrections"))
    onward.links([Onward("open_data", "changed", "methods.all_versions")])


def _act(day: str, withdrawn: str, by: str, why: str) -> dict[str, str | Link]:
    return {
        t("methods.day"): day, t("methods.withdrawn"): withdrawn, t("methods.instead"): by,
        t("methods.why"): why,
    }  # fmt: skip


def recompute() -> None:
    """How anybody can count the release anew, and what that cannot show."""
    st.header(t("methods.recompute"), anchor="recompute")
    st.markdown(t("methods.recompute_text"))
    st.code(COMMANDS.format(id=cached.release().id), language="bash", wrap_lines=True)
    st.markdown(t("methods.recompute_limits"))
    onward.links(
        [
            Onward("open_data", "check", "methods.to_download"),
            Onward("data_quality", "unchecked", "methods.to_unchecked"),
        ]
    )
