"""A case in words: where it is, whether the promise was kept, and what is never told."""

from dataclasses import replace
from datetime import date

import pytest

import cities
from components.locales import LANGUAGES
from components.parcel import Parcel, parcel
from data_access.lookup.progress import DETOURS, STAGES, Progress, Step
from data_access.published import Release, Scope, total
from metrics import numerals
from tests.lookup_store import ENDED, OPEN

CITY = cities.profile("ankang")
DUE, LATER = date(2026, 11, 6), date(2026, 11, 20)


def told(progress: Progress, language: str = "zh", release: Release | None = None) -> Parcel:
    return parcel(language, CITY, progress, release)


def closed(on: date, **changes: object) -> Progress:
    steps = (*OPEN.steps, Step("closed", on))
    return Progress(**vars(OPEN) | {"steps": steps, "outcome": "solved"} | changes)


def states(shown: Parcel) -> dict[str, str]:
    return {mark.label: mark.state for mark in shown.marks}


def test_an_open_case_is_where_its_last_stage_is_and_the_rest_is_to_come() -> None:
    found = states(told(OPEN))
    assert found["承办单位签收"] == "now"
    assert found["延期"] == "done", "an extension does not move a case"
    assert [label for label, state in found.items() if state == "later"] == [
        "承办单位办理", "答复来电人", "办结", "热线回访",
    ]  # fmt: skip


def test_every_extension_has_its_new_deadline_and_its_public_reason() -> None:
    (mark,) = (mark for mark in told(OPEN).marks if mark.label == "延期")
    assert mark.details[0] == "新的期限：2026-11-20"
    assert "需现场勘查" in mark.details[1]
    silent = replace(OPEN, steps=(*OPEN.steps, Step("extension", DUE, LATER, "unheard_of")))
    assert told(silent).marks[5].details[1].startswith("没有公布理由")


@pytest.mark.parametrize(
    ("progress", "words", "late"),
    [
        (replace(OPEN, as_of=date(2026, 11, 20)), "还有 1 天", False),
        (replace(OPEN, as_of=date(2026, 11, 21)), "已经过了期限", True),
        (replace(OPEN, extended_due=None, as_of=date(2026, 11, 1)), "还有 6 天", False),
        (closed(DUE), "按期办结", False),
        (closed(date(2026, 11, 7)), "比原定期限晚 1 天", False),
        (closed(LATER), "比原定期限晚 14 天", False),
        (closed(date(2026, 11, 21)), "没有按期，比原定期限晚了 15 天", True),
        (closed(DUE, extended_due=None), "按期办结", False),
        (closed(date(2026, 11, 7), extended_due=None), "晚了 1 天", True),
        (replace(OPEN, due=None, extended_due=None), "没有另定期限", False),
    ],
)
def test_a_promise_is_judged_to_the_day(progress: Progress, words: str, late: bool) -> None:
    shown = told(progress)
    assert words in shown.promise
    assert shown.late is late


def test_a_change_of_category_moves_nothing() -> None:
    changed = replace(OPEN, steps=(*OPEN.steps, Step("recategorised", DUE)))
    shown = told(changed)
    assert states(shown)["改了类别"] == "done"
    assert (shown.now, shown.after) == (told(OPEN).now, told(OPEN).after)


def test_a_case_taken_up_again_is_open() -> None:
    steps = (
        *ENDED.steps,
        Step("called_back", date(2026, 8, 12)),
        Step("reopen", date(2026, 8, 14)),
    )
    again = replace(ENDED, steps=steps)
    assert again.closed_on is None
    assert told(again).now == "现在：正在重新办理"
    assert [mark.state for mark in told(again).marks[-5:]] == ["now", *["later"] * 4]


def test_a_case_handed_to_another_unit_waits_for_that_units_signature() -> None:
    steps = (*OPEN.steps, Step("return", DUE, reason="not_our_duty"), Step("transfer", DUE))
    shown = told(replace(OPEN, steps=steps))
    assert shown.now == "现在：已经改派，等待新的单位签收"
    later = [mark.label for mark in shown.marks if mark.state == "later"]
    assert later[0] == "承办单位签收"
    assert any("非本单位职责" in line for mark in shown.marks for line in mark.details)


def test_of_a_guarded_case_only_steps_and_deadlines_are_told() -> None:
    bare = Progress(
        as_of=OPEN.as_of, synthetic=True, steps=OPEN.steps, due=DUE, extended_due=LATER,
        guarded=True,
    )  # fmt: skip
    assert [name for name, _ in told(bare).facts] == ["说明", "原定期限", "延期后的期限"]


def test_why_a_case_could_not_be_handled_names_rule_and_channel() -> None:
    found = dict(told(closed(DUE, outcome="not_handled", reason="litigation_arbitration")).why)
    assert found["理由"] == "须通过诉讼、仲裁程序解决"
    assert "12348" in found["您可以怎么做"]
    assert found["依据"]
    assert told(closed(DUE)).why == ()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [*STAGES, *DETOURS])
def test_every_step_has_words_wherever_a_case_stands(language: str, kind: str) -> None:
    shown = told(replace(OPEN, steps=(*OPEN.steps, Step(kind, DUE))), language)
    assert all((shown.now, shown.after, shown.promise, shown.marks[5].label))


def test_an_approved_explanation_is_shown() -> None:
    assert ("公开说明", "路面已修复。") in told(closed(DUE, explanation="路面已修复。")).facts


def test_how_long_such_cases_take_is_a_published_figure(demo: Release) -> None:
    year = Scope(grain="year", period="2025", category=OPEN.category)
    cell = total(demo, "time_closed", year)
    assert cell is not None
    assert cell.numerator is not None
    usual = told(OPEN, release=demo).usual
    assert usual[0].startswith("城市管理：一半的")
    assert numerals.count(cell.numerator) in usual[1]
    assert "2025 年" in usual[1]


def test_where_the_kind_is_not_told_all_cases_stand_in(demo: Release) -> None:
    for other in (replace(OPEN, category=""), replace(OPEN, category="没有的类别")):
        assert told(other, release=demo).usual[0].startswith("全部转办诉求")
    assert told(replace(OPEN, on_the_spot=True), release=demo).usual == ()
    assert told(OPEN).usual == ()
