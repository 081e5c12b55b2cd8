"""What changed from release to release and why, and what is withheld and why."""

from typing import Any

import pandas as pd
import streamlit as st

from components import cached, open_data, session, words
from components.open_data_snippets import PREFIX
from components.session import t
from components.tables import Link, linked
from data_access import shelf
from data_access.shelf import WHOLE, Shelved
from metrics import numerals, registry

REASONS = {"few": "few", "protected": "protected", "too early": "too_early"}


def versions() -> None:
    """Every release, newest first, and what became of it."""
    there = shelf.versions(cached.release().city)
    withdrawn = {s.release.corrects.id: s.release.id for s in there if s.release.corrects}
    rows: list[dict[str, str | Link]] = [
        {
            t("page.open_data.version"): Link(shelved.release.id, _address(shelved)),
            t("page.open_data.as_of"): numerals.day(shelved.release.as_of),
            t("page.open_data.on"): numerals.day(shelved.release.published_at.date()),
            t("page.open_data.what"): _state(shelved, withdrawn),
        }
        for shelved in there
    ]
    linked(rows, t("page.open_data.changed"))


def _address(shelved: Shelved) -> str:
    release = shelved.release
    return f"{PREFIX}/{release.city}-{WHOLE}/{release.id}/?lang={session.language()}"


def _state(shelved: Shelved, withdrawn: dict[str, str]) -> str:
    release = shelved.release
    told = [t("page.open_data.in_force")] * (release.id == cached.release().id)
    if release.corrects:
        told.append(t("page.open_data.corrects", **vars(release.corrects)))
    if release.id in withdrawn:
        told.append(t("page.open_data.withdrawn", id=withdrawn[release.id]))
    told += [t("page.open_data.removed")] * shelf.removed(shelved)
    return t("open_data.and").join(told) or "–"


def changes() -> None:
    """What is different in this release from the one before it."""
    found = shelf.changes(open_data.shelved())
    if not found:
        st.markdown(t("page.open_data.first"))
    elif found["incomparable"]:
        st.markdown(t("page.open_data.incomparable"))
    else:
        st.markdown(_compared(found))


def _compared(found: dict[str, Any]) -> str:
    counts = {name: numerals.count(number) for name, number in found["cells"].items()}
    told = [t("page.open_data.changes", before=found["before"], **counts)]
    if found["definitions"]:
        names = t("open_data.and").join(map(_called, found["definitions"]))
        told.append(t("page.open_data.definitions", names=names))
    return "\n\n".join(told)


def _called(metric: str) -> str:
    """The name of a metric; of one that is no longer there, its id."""
    known = registry.everything().get(metric)
    return words.name(session.language(), known) if known else f"`{metric}`"


def withheld() -> None:
    """How many cells are withheld, by reason."""
    found = shelf.withheld(cached.release())
    hidden = {reason: cells for reason, cells in found.items() if reason is not None}
    counts = {"cells": sum(found.values()), "hidden": sum(hidden.values())}
    st.markdown(
        t("page.open_data.withheld_text", **{k: numerals.count(v) for k, v in counts.items()})
    )  # fmt: skip
    rows = [
        {
            t("page.open_data.reason"): t(f"page.open_data.{REASONS.get(reason, 'other')}"),
            t("page.open_data.cells"): numerals.count(cells),
        }
        for reason, cells in sorted(hidden.items(), key=lambda pair: -pair[1])
    ]
    if rows:
        st.table(pd.DataFrame(rows), hide_index=True, border="horizontal")
    st.markdown(t("page.open_data.never"))
