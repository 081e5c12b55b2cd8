"""What has to be said of a kit's figures: made of definitions, the release and the figures."""

from collections.abc import Iterator

import cities
from components import story_words, words
from components.locales import text
from data_access import shelf
from metrics import numerals
from metrics.measure import WHOLE_PERCENT_BELOW
from metrics.story import Story, Told
from web.kit.paper import Block, Heading, Listed, Said
from web.kit.question import Question

REASONS = {"few": "few", "protected": "protected", "too early": "too_early"}
SILENT = ("needs", "answers", "causes", "ranks", "pairs")  # what the data cannot tell


def blocks(asked: Question, story: Story) -> Iterator[Block]:
    """Every caveat, the state of the release first."""
    yield Heading(_text(asked, "release"))
    yield Listed(list(_state(asked)))
    yield Heading(_text(asked, "withheld"))
    yield Listed([*_missing(asked, story), _withheld(asked)])
    yield Heading(_text(asked, "small"))
    yield Listed(list(_small(asked, story)) or [_text(asked, "small_none")])
    yield Heading(_text(asked, "silent"))
    yield Listed([_text(asked, key) for key in SILENT])
    yield Heading(_text(asked, "definitions"))
    yield Said(list(_definitions(asked, story)))


def _text(asked: Question, key: str, **values: object) -> str:
    return text(asked.language, f"kit.caveat.{key}", **values)


def _state(asked: Question) -> Iterator[str]:
    """Made up or not, in force or not, corrected or not, and what still changes."""
    release, language = asked.release, asked.language
    if release.synthetic:
        yield words.unmarked(text(language, "site.synthetic"))
    yield text(language, "note.dates", day=numerals.day(release.as_of), zone=_zone(asked))
    if asked.corrected:
        yield text(language, "page.open_data.withdrawn", id=asked.corrected.release.id)
    if release.corrects:
        yield text(language, "page.open_data.corrects", **vars(release.corrects))
    yield _text(asked, "late")


def _zone(asked: Question) -> str:
    return cities.profile(asked.release.city).timezone


def _missing(asked: Question, story: Story) -> Iterator[str]:
    """Each figure of the kit that there is not, and why."""
    for told in story.told:
        if told.part != "before" and told.figure.value is None and told.figure.note:
            yield _named(asked, told)


def _named(asked: Question, told: Told) -> str:
    if told.part == "reason":
        return story_words.reason(asked.language, asked.release.city, told)
    return story_words.sentence(asked.language, told, asked.place.period)


def _withheld(asked: Question) -> str:
    """How many cells of the whole release are withheld, by reason."""
    found = shelf.withheld(asked.release)
    told = [
        _text(
            asked, "cells", n=numerals.count(cells),
            why=text(asked.language, f"page.open_data.{REASONS.get(reason, 'other')}"),
        )
        for reason, cells in sorted((r, n) for r, n in found.items() if r is not None)
    ]  # fmt: skip
    listed = text(asked.language, "open_data.and").join(told)
    return _text(asked, "cells_listed", listed=listed or _text(asked, "cells_none"))


def _small(asked: Question, story: Story) -> Iterator[str]:
    """The shares over few cases, which chance moves far; and what still changes."""
    for told in story.told:
        if told.part in ("headline", "callbacks", "reasons") and told.metric.kind == "ratio":
            cases = told.figure.denominator
            if cases is not None and cases < WHOLE_PERCENT_BELOW:
                yield story_words.sentence(asked.language, told, asked.place.period)
        if not told.settled:
            name = words.name(asked.language, told.metric)
            yield _text(asked, "unsettled", name=name)


def _definitions(asked: Question, story: Story) -> Iterator[str]:
    known = {told.metric.id: told for told in story.told}
    for told in known.values():
        name = words.name(asked.language, told.metric)
        counted = story_words.definition(asked.language, told)
        yield _text(
            asked, "definition", name=name, counted=counted,
            why=told.metric.wording[asked.language].why,
        )  # fmt: skip
