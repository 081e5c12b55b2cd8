"""Long numbers: whatever has seven digits or more goes, unless a rule allows it."""

import re
from collections.abc import Iterator

from pipeline.redact.allowed import allowed, is_identity_card, is_identity_shape
from pipeline.redact.folding import Folded
from pipeline.redact.spans import Span, subtract

FEWEST = 7  # digits of the shortest telephone number
_GAP = r"(?:[\s\-‐-―_.·•・‧/()\[\]*+~=|#:'\"“”,]|杠){0,3}?"
RUN = re.compile(rf"\+?\d(?:{_GAP}\d)*(?:{_GAP}[Xx](?![A-Za-z0-9]))?")
MASKED = re.compile(r"(?<!\d)\d{2,20}[-\s]?[*xX×●■•#某]{2,}[-\s]?\d*[xX]?|(?<!\d)[*×●■]{2,}\d{3,}")
_WIDE = r"[^\w〔〕\ufffc]{0,3}"
MOBILE = re.compile(rf"(?<!\d)1{_WIDE}[3-9](?:{_WIDE}\d){{9}}(?!\d)")
TOKEN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{8,}(?![A-Za-z0-9])")
PHONE = re.compile(r"(?:00)?(?:86)?0?1[3-9]\d{9}")
CARD = re.compile(r"[3-9]\d{3}(?:[ -]?\d){11,15}")  # no dates in it
BANK_CUE = re.compile(r"卡|账号|账户|存折|开户")


def numbers(folded: Folded) -> list[Span]:
    text = folded.digits
    kept = allowed(folded)
    spans = [_widened(text, span, kept) for run in RUN.finditer(text) for span in _run(run, kept)]
    spans += [
        Span(*match.span(), "数字")
        for match in MASKED.finditer(text)
        if len(re.sub(r"[-\s]", "", match.group())) >= FEWEST
    ]
    return [*spans, *_mobiles(text), *_tokens(text, kept)]


def _run(run: re.Match[str], kept: list[Span]) -> Iterator[Span]:
    """The parts of a run of digits that no rule allows. Phones and identity cards always go."""
    text = run.group()
    number = _bare(text)
    if len(number) < FEWEST:
        return
    if PHONE.fullmatch(number) or (is_identity_shape(number) and not _a_permit(run, kept)):
        yield Span(*run.span(), "电话" if PHONE.fullmatch(number) else "证件")
        return
    if CARD.fullmatch(text):
        kept = [keep for keep in kept if keep.start <= run.start() and keep.end >= run.end()]
    for start, end in subtract(*run.span(), kept):
        part = text[start - run.start() : end - run.start()]
        if len(_bare(part)) >= FEWEST:
            trimmed = start + len(part) - len(part.lstrip(" \n,.:-/~)"))
            yield Span(trimmed, end, _kind(part, run.string[max(0, start - 10) : start]))


def _a_permit(run: re.Match[str], kept: list[Span]) -> bool:
    """Building permits are numbered by area and day, as identity cards are."""
    before = run.string[max(0, run.start() - 8) : run.start()]
    covered = any(keep.start <= run.start() and run.end() <= keep.end for keep in kept)
    told = re.search(r"许可|备案|项目|批准|设备", before)
    return bool(covered and told and not is_identity_card(_bare(run.group())))


def _bare(text: str) -> str:
    return re.sub(r"[^\dXx]", "", text)


def _kind(part: str, before: str) -> str:
    number = _bare(part)
    if PHONE.fullmatch(number):
        return "电话"
    if is_identity_shape(number) or "身份" in before:
        return "证件"
    if 15 <= len(number) <= 19 or BANK_CUE.search(before):
        return "银行卡"
    return "电话" if re.fullmatch(r"0\d{9,11}", number) or "话" in before else "数字"


def _widened(text: str, span: Span, kept: list[Span]) -> Span:
    """With the letters that stick to it (a passport's E, the X of an identity card)."""
    start, end = span.start, span.end
    while start > 0 and text[start - 1].isascii() and text[start - 1].isalnum():
        start -= 1
    if lettered := re.search(
        r"(?<![A-Za-z0-9])[A-Za-z]{1,2}[\s_./·—–~|\-]{1,3}$", text[max(0, start - 6) : start]
    ):
        start -= len(lettered.group())
    if start and text[start - 1] == "(" and ")" in text[start:end]:
        start -= 1
    while end < len(text) and text[end].isascii() and text[end].isalnum():
        end += 1
    inside = subtract(start, end, [keep for keep in kept if keep.end <= span.start])
    return Span(inside[-1][0] if inside else start, end, span.kind)


def _mobiles(text: str) -> Iterator[Span]:
    """Mobile numbers with any signs between; few groups, or it would be a list of numbers."""
    for match in MOBILE.finditer(text):
        groups = re.findall(r"\d+", match.group())
        signs = set(re.findall(r"[^\d\s]", match.group()))
        if len(groups) <= 5 or (len(groups) == 11 and not signs & {",", "、"}):
            yield Span(*match.span(), "电话")


def _tokens(text: str, kept: list[Span]) -> Iterator[Span]:
    """Letters mixed with five digits or more: passports, vehicle and account numbers."""
    for match in TOKEN.finditer(text):
        token = match.group()
        if sum(c.isdigit() for c in token) < 5 or not any(c.isalpha() for c in token):
            continue
        if subtract(*match.span(), kept) == [match.span()]:
            yield Span(*match.span(), "数字")
