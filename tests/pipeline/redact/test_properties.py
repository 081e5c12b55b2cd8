"""What holds for any text: twice is once, known values are gone, long numbers are gone."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.redact import redact
from pipeline.redact.allowed import allowed
from pipeline.redact.folding import PLACEHOLDER, compact, fold
from pipeline.redact.known import parts

PIECES = [
    *re.findall(
        r"[^/]+", "来电人/王建国/李娜/、/和/女士/，/。/：/电话/13912345678/0915-3212345/陕G12345"
    ),
    *re.findall(
        r"[^/]+", "三组/12号/3栋2单元/路/〔姓名〕/〔电话〕/〔/〕/编号/2021年3月4日/元/微信/ /\n"
    ),
    *re.findall(r"[^/]+", "abc_12345/①/１２３/一二三/高兴/反映/家/的/@qq.com/612401199001010001"),
    *re.findall(r"[^/]+", "〔2021〕12号/·/*/(/)/X/姓/阿依古丽/\u200b"),
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.text(max_size=40),
    st.text(alphabet="0123456789-—. ()xX*年月日号元王李家〔〕姓名", max_size=30),
)
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
CIRCLED = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
CHINESE = str.maketrans("0123456789", "〇一二三四五六七八九")
BANK = str.maketrans("0123456789", "零壹贰叁肆伍陆柒捌玖")
DISGUISES = st.sampled_from(
    [
        lambda value: value,
        lambda value: value.translate(FULL_WIDTH),
        lambda value: value.translate(CIRCLED),
        lambda value: value.translate(CHINESE),
        lambda value: value.translate(BANK),
        lambda value: "\u200b".join(value),
        lambda value: " ".join(value),
        lambda value: "-".join(value),
        lambda value: value.lower(),
    ]
)
NUMBERS = st.from_regex(r"[1-9][0-9]{6,18}", fullmatch=True)


@settings(max_examples=300)
@given(TEXTS)
def test_twice_is_once(text: str) -> None:
    once = redact(text)
    assert redact(once) == once
    assert redact(text) == once


@settings(max_examples=150)
@given(
    TEXTS,
    TEXTS,
    st.sampled_from(["王建国", "欧阳娜娜", "13912345678", "陕G12345", "张"]),
    DISGUISES,
)
def test_known_values_are_gone(before: str, after: str, value: str, disguise: object) -> None:
    assert callable(disguise)
    left = PLACEHOLDER.sub("。", redact(before + disguise(value) + after, [value]))
    assert [part for part in parts(value) if part in compact(left)] == []


@settings(max_examples=150)
@given(st.text(max_size=12), st.text(max_size=20), st.text(max_size=12))
def test_any_known_value_is_gone(before: str, value: str, after: str) -> None:
    left = PLACEHOLDER.sub("。", redact(before + value + after, [value]))
    assert [part for part in parts(value) if part in compact(left)] == []


@settings(max_examples=150)
@given(NUMBERS, DISGUISES, st.sampled_from(["", "电话", "我的号码是", "请打", "编号牌"]))
def test_long_numbers_are_gone_unless_a_rule_allows_them(
    number: str, disguise: object, before: str
) -> None:
    assert callable(disguise)
    text = f"{before}{disguise(number)}，谢谢"
    if not allowed(fold(text)):
        assert re.search(r"\d", fold(redact(text)).digits) is None


def test_placeholders_are_protected() -> None:
    text = "".join(f"〔{kind}〕" for kind in ("姓名", "电话", "地址"))
    assert redact(f"来电人{text}家住{text}", ["姓名"]) == f"来电人{text}家住{text}"
