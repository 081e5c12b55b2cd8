"""What pytest's processes share: built once, whoever comes first, and never spoilt by another."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.shared import built_once


def test_many_who_need_it_at_once_get_copies_of_one_build(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """As processes do, threads that open the lock anew wait for each other."""
    built = []

    def build(folder: Path) -> None:
        built.append(folder)
        (folder / "made").write_text("as built")

    with ThreadPoolExecutor(4) as pool:
        copies = [*pool.map(lambda _: built_once(tmp_path_factory, "many", build), range(4))]
    assert len(built) == 1
    assert len({*copies}) == 4
    (copies[0] / "made").write_text("spoilt")
    assert (built_once(tmp_path_factory, "many", build) / "made").read_text() == "as built"


def test_a_build_that_failed_is_made_anew(tmp_path_factory: pytest.TempPathFactory) -> None:
    def failing(folder: Path) -> None:
        (folder / "half").touch()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        built_once(tmp_path_factory, "failing", failing)
    whole = built_once(tmp_path_factory, "failing", lambda folder: (folder / "whole").touch())
    assert [path.name for path in whole.iterdir()] == ["whole"]
