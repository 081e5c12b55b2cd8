"""The story of a kit in blocks: its figures with all that has to be said beside each."""

from collections.abc import Iterator

import cities
from components import story_words, words
from components.locales import text
from data_access.published import ALL
from metrics import numerals
from metrics.answers import METRICS
from metrics.measure import Figure
from metrics.model import Metric
from metrics.story import Story, Told
from web.kit.paper import Block, Fact, Facts, Heading, Listed, Said
from web.kit.question import Question

SHOWN = METRICS[:3]  # of the callbacks: asked, reached, answered


def blocks(asked: Question, story: Story) -> Iterator[Block]:
    """Everything but charts, caveats and citation."""
    yield Said([_basis(asked)])
    yield Heading(_text(asked, "figures"))
    yield Facts([_fact(asked, one) for one in story.part("headline")])
    yield Said([words.unmarked(text(asked.language, "note.chance"))])
    yield from _official(asked, story)
    yield from _callbacks(asked, story)
    yield from _overdue(asked, story)
    yield from _reasons(asked, story)


def _text(asked: Question, key: str, **values: object) -> str:
    return text(asked.language, f"kit.{key}", **values)


def _basis(asked: Question) -> str:
    """As of when, of which release, where it can be checked."""
    lines = [*words.freshness(asked.language, asked.release), asked.address]
    return text(asked.language, "open_data.and").join(lines)


def _whole(asked: Question, key: str) -> Heading:
    """A heading; where the kit is of a place it says that what follows is told of the city."""
    told = _text(asked, key)
    return Heading(told if asked.place.code == ALL else _text(asked, "of_city", text=told))


def _fact(asked: Question, told: Told) -> Fact:
    language = asked.language
    name = words.name(language, told.metric)
    if told.period not in (asked.place.period, ALL):
        period = words.period(language, told.period)
        name = _text(asked, "name_of_period", period=period, name=name)
    lines = _evidence(language, told.metric, told.figure)
    return Fact(name, _value(asked, told), [*lines, *story_words.moves(language, told)])


def _value(asked: Question, told: Told) -> str:
    if told.figure.value is None and told.figure.note:
        return _text(asked, "none")
    if told.metric.kind == "count":
        n = numerals.count(told.figure.numerator)
        return text(asked.language, f"compared.count_{told.metric.subject}", n=n)
    return words.value(asked.language, told.metric, told.figure)


def _evidence(language: str, metric: Metric, figure: Figure) -> list[str]:
    """What a figure rests on, or why there is none."""
    if metric.kind == "count" and figure.numerator is not None:
        return []
    return words.evidence(language, figure, metric)


def _official(asked: Question, story: Story) -> Iterator[Block]:
    """What the official formula says, and why ours differs."""
    told = story.part("official")
    if not told:
        return
    yield _whole(asked, "official")
    yield Facts([_fact(asked, one) for one in told])
    yield Said([words.unmarked(text(asked.language, "page.overview.official_why"))])


def _callbacks(asked: Question, story: Story) -> Iterator[Block]:
    """Who was asked, who answered, and what the silent could change."""
    told = [one for one in story.part("callbacks") if one.metric.id in SHOWN]
    if not told:
        return
    yield _whole(asked, "callbacks")
    yield Facts([_fact(asked, one) for one in told])
    silent = [story_words.silent(asked.language, one.figure) for one in story.part("silent")]
    hint = text(asked.language, "page.satisfaction.funnel_hint")
    yield Said([hint, *(silent or [text(asked.language, "page.satisfaction.no_funnel")])])


def _overdue(asked: Question, story: Story) -> Iterator[Block]:
    told = story.part("overdue")
    if not told:
        return
    yield _whole(asked, "overdue")
    yield Facts([_fact(asked, one) for one in told])
    day = numerals.day(asked.release.as_of)
    yield Said([_text(asked, "overdue_hint", day=day), *_why(asked, told)])


def _why(asked: Question, told: list[Told]) -> list[str]:
    return [one.metric.wording[asked.language].why for one in told]


def _reasons(asked: Question, story: Story) -> Iterator[Block]:
    """What could not be handled, in all and for each reason."""
    told = story.part("reasons")
    if not told:
        return
    yield _whole(asked, "reasons")
    yield Facts([_fact(asked, one) for one in told])
    city = cities.profile(asked.release.city)
    given = [story_words.reason(asked.language, city.id, one) for one in story.part("reason")]
    period = words.period(asked.language, told[0].period)
    if given:
        yield Said([_text(asked, "reasons_of", period=period)])
        yield Listed(given)
    else:
        yield Said([text(asked.language, "page.not_handled.unpublished")])
