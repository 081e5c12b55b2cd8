"""The page of time-limited solutions: all of them, kept or missed."""

from dataclasses import replace
from pathlib import Path

import pytest

from components.locales import LANGUAGES, text
from data_access import pledges
from data_access.published import current
from metrics.pledges import FIRST, IN_FORCE, kept
from tests import made_up_pledges, small_release
from tests.pages.carded import cards
from tests.pages.test_pages import open_page, texts


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a small release with the demo's pledges."""
    folder = tmp_path_factory.mktemp("pledged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SUNLINE_DATA", str(folder))
        some = small_release.contents()
        more = made_up_pledges.tables(small_release.AS_OF)
        small_release.publish(replace(some, tables={**some.tables, **more}))
    return folder


@pytest.fixture
def pledged(made: Path, monkeypatch: pytest.MonkeyPatch, no_stale_cells: None) -> None:
    monkeypatch.setenv("SUNLINE_DATA", str(made))


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_are_shown_with_every_move_of_the_deadline(pledged: None, language: str) -> None:
    release = current(small_release.CITY)
    assert release is not None
    told = pledges.read(release)
    app = open_page("pledges", lang=language)
    assert not app.error
    shown = texts(app) + "\n".join(element.value for element in app.text)
    moved = [(one, entry) for one in told for entry in one.log if entry.move == "redate"]
    assert len(told) == 6
    assert len(moved) == 1
    for one, entry in moved:
        assert str(one.first_deadline) in shown
        assert entry.text in shown
    for one in told:
        assert text(language, f"pledges.state_{one.state}") in shown
        assert one.why in shown
        assert all(entry.text in shown for entry in one.log)
    values = {card.label: card.value for card in cards(app)}
    assert values[text(language, "pledges.all")] == "6"
    for by in (IN_FORCE, FIRST):
        figure = kept(told, by, release.as_of)
        said = text(language, "pledges.of", n=figure.numerator, m=figure.denominator)
        assert said in shown


def test_without_any_the_page_says_so(two_metrics: object) -> None:
    assert text("zh", "pledges.none") in texts(open_page("pledges"))
