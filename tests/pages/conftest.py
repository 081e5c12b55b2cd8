"""Releases in which figures are missing, each made from a whole one."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

import cities
from cities import City
from components import blocks, cached
from data_access.published import Release, current
from tests import small_release

Spoil = Callable[[str], Release]
NUMBER = "陕S(2026)000号"


@pytest.fixture
def no_stale_cells() -> Iterator[None]:
    """Cells are cached by the release's id, and a spoilt release has that of the whole one."""
    forget()
    yield
    forget()


def forget() -> None:
    """Forget all figures and pages that were made of a release."""
    st.cache_data.clear()
    cached.forget()
    blocks.SHELF.clear()


@pytest.fixture
def spoil(
    demo: Release, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_stale_cells: None
) -> Spoil:
    """A copy of the demo city's release in which a statement has changed the cells."""

    def spoilt(statement: str) -> Release:
        home = demo.folder.parent
        shutil.copytree(home, tmp_path / "spoilt" / "releases" / home.name)
        monkeypatch.setenv("SUNLINE_DATA", str(tmp_path / "spoilt"))
        found = current(demo.city)
        assert found is not None
        small_release.alter(found.folder, statement)
        return found

    return spoilt


@pytest.fixture
def two_metrics(data: Path, no_stale_cells: None) -> Release:
    """A release that tells what came in and what was on time, and nothing else."""
    small_release.publish()
    found = current(small_release.CITY)
    assert found is not None
    return found


@pytest.fixture
def reviewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every city has a map review number."""
    profile = cities.profile

    def with_number(city: str) -> City:
        return replace(profile(city), map_review_number=NUMBER)

    monkeypatch.setattr(cities, "profile", with_number)
