"""One spelling for all, and the way back to the original characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.redact.folding import KINDS, fold
from pipeline.redact.spans import Span, merge, replace, subtract


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("１３９", "139"),
        ("①③⑨❶", "1391"),
        ("幺三九〇零", "13900"),
        ("壹貳叁", "123"),
        ("1️⃣3️⃣", "13"),
        ("1\u200b3\u00ad9", "139"),
        ("٣٤", "34"),
        ("l39l2345678", "13912345678"),
        ("lol", "lol"),
        ("Х", "X"),
        ("𝟏𝟑", "13"),
        ("電話", "电话"),
    ],
)
def test_folds(text: str, digits: str) -> None:
    assert fold(text).digits == digits


@given(st.text())
def test_every_character_leads_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.plain) == len(folded.digits) == len(folded.starts) == len(folded.ends)
    assert all(0 <= a < b <= len(text) for a, b in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


def test_overlaps_become_one_of_the_telling_kind() -> None:
    spans = [Span(0, 5, "姓名"), Span(3, 9, "证件"), Span(9, 10, "姓名")]
    assert merge(spans) == [Span(0, 9, "证件"), Span(9, 10, "姓名")]
    assert KINDS.index("证件") < KINDS.index("姓名")


def test_neighbours_of_a_kind_are_joined() -> None:
    assert merge([Span(0, 2, "地址"), Span(2, 4, "地址")]) == [Span(0, 4, "地址")]


def test_subtract() -> None:
    assert subtract(0, 10, [Span(2, 4, ""), Span(3, 6, ""), Span(20, 30, "")]) == [(0, 2), (6, 10)]
    assert subtract(0, 4, [Span(0, 4, "")]) == []


def test_invisible_characters_go_with_the_number() -> None:
    text = "打1\u200b3\u200b吧"
    assert replace(text, fold(text), [Span(1, 3, "电话")]) == "打〔电话〕吧"
