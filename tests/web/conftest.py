"""Releases of a small city, to be served."""

from pathlib import Path

import pytest

from data_access.published import Correction
from tests import small_release
from web.api import door


@pytest.fixture(scope="session")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with two releases; the second one corrects the first."""
    folder = tmp_path_factory.mktemp("small")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        first = small_release.publish()
        corrects = Correction(first.name, "周末算错了")
        small_release.publish(small_release.contents(seed=2, corrects=corrects))
    return folder


@pytest.fixture(autouse=True)
def nobody_asked_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """The questions of one test do not count for the next."""
    monkeypatch.setattr(door, "COUNTER", door.Counter())
