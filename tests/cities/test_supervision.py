"""Colours and actions of a city: read whole, and refused with file and key where they are wrong."""

import copy
import re
import tomllib
from collections.abc import Callable
from typing import Any

import pytest

import cities
from cities.supervision import COLOURS, BadRules, read, rules

FILE = cities.ROOT / "ankang" / "supervision.toml"
TOLD = tomllib.loads(FILE.read_text("utf-8"))


def test_every_city_that_has_rules_has_good_ones() -> None:
    found = {city: rules(city) for city in cities.known()}
    assert found["ankang"] is not None
    assert found["nyc"] is None
    for told in filter(None, found.values()):
        assert [level.colour for level in told.levels] == list(COLOURS)
        assert all(step.basis for step in told.steps.values())


def test_the_six_ways_to_supervise_are_there() -> None:
    told = rules("ankang")
    assert told is not None
    assert [step.name["zh"] for step in told.steps.values()] == [
        "催办", "督办单", "专题协调", "通报", "约谈", "移送",
    ]  # fmt: skip
    assert told.confidential == ("hand_over",)


def test_another_places_rule_is_not_called_ours() -> None:
    """Only the national paper is no reference; a lawyer has to look at every step."""
    told = rules("ankang")
    assert told is not None
    for step in told.steps.values():
        assert step.lawyer_check
        for basis in step.basis:
            assert basis.reference != ("国办发" in basis.words["zh"])


def test_english_is_english() -> None:
    for text in re.findall(r'en = "([^"]*)"', FILE.read_text("utf-8")):
        assert not re.search(r"[\u4e00-\u9fff]", text), text


SPOILT: list[tuple[str, Callable[[dict[str, Any]], object]]] = [
    ("levels", lambda told: told["levels"].reverse()),
    ("levels", lambda told: told["levels"].pop()),
    ("levels: each begins", lambda told: told["levels"][2].update(overdue=0)),
    ("levels.blue: give", lambda told: told["levels"][0].update(overdue=1)),
    ("levels.blue: give", lambda told: told["levels"][0].update(left=True)),
    ("levels.red.rule", lambda told: told["levels"][2]["rule"].pop("en")),
    ("levels.red.reference", lambda told: told["levels"][2].update(reference="yes")),
    ("office", lambda told: told.pop("office")),
    ("code", lambda told: told.update(code={"zh": "督"})),
    ("actions.remind.paper", lambda told: told["actions"]["remind"].pop("paper")),
    ("actions.remind.paper.to", lambda told: told["actions"]["remind"]["paper"].update(to="all")),
    ("file.colours", lambda told: told.update(colours=1)),
    ("actions: missing", lambda told: told.pop("actions")),
    ("actions.remind.level", lambda told: told["actions"]["remind"].update(level="orange")),
    ("actions.remind.days", lambda told: told["actions"]["remind"].update(days=0)),
    ("actions.remind.after", lambda told: told["actions"]["remind"].update(after=["remind"])),
    ("actions.remind.basis", lambda told: told["actions"]["remind"].update(basis=[])),
    ("actions.remind.confidential", lambda told: told["actions"]["remind"].pop("confidential")),
    ("actions.remind.colour", lambda told: told["actions"]["remind"].update(colour=1)),
]


@pytest.mark.parametrize(
    ("key", "spoil"), SPOILT, ids=[f"{key} {place}" for place, (key, _) in enumerate(SPOILT)]
)
def test_wrong_rules_are_refused_by_key(
    key: str, spoil: Callable[[dict[str, Any]], object]
) -> None:
    told = copy.deepcopy(TOLD)
    read(told)
    spoil(told)
    with pytest.raises(BadRules, match=re.escape(key)):
        read(told)
