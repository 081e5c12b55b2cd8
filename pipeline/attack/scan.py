"""Whether any value of a caller is in any file of a release, by its bytes.

Every file is searched as it lies on the disk, so pages that a database no longer uses are too, in
four encodings; and, since files are compressed, as the texts that they hold (contents.py). Only
bytes that begin like a value are compared with the values, so the time depends on the size of the
files and hardly on the number of values.

What counts as a value: at least 6 bytes as encoded (two Chinese characters in UTF-8), so that
random bytes do not make one: of 100,000 values of 6 bytes about 0.01 would be met by chance in
30 MB. Shorter ones are not looked for. One of ASCII letters and digits below 10 characters must
stand by itself, or half the checksums would hold a phone number without its area code.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.attack import contents
from pipeline.attack.bounds import Ints

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
FIRST = 6  # bytes by which a value is first looked for
ALONE_BELOW = 10
FILTER_BITS = 26
CHUNK = 4 << 20
DIGITS = re.compile(r"(?<![0-9A-Za-z])\+?\d(?:[ .·-]?\d){6,}[Xx]?(?![0-9A-Za-z])", re.ASCII)
NUMBER = re.compile(r"\d{7,}[Xx]?", re.ASCII)
WORD = re.compile(rb"[0-9A-Za-z]")


@dataclass(frozen=True)
class Leak:
    """A file holds a value of a caller. The value itself is never repeated."""

    file: str
    where: str  # raw bytes in an encoding, or the text of a member, table and column
    characters: int


@dataclass(frozen=True)
class _Beginnings:
    """The first bytes of the values in one encoding, sorted, and how many bytes follow in all."""

    encoding: str
    first: Ints
    length: Ints


class Values:
    """Values of callers to look for, prepared once for any number of files."""

    def __init__(self, values: Iterable[str], vocabulary: Iterable[str] = ()) -> None:
        told = {value.strip() for value in values}
        told |= {unicodedata.normalize("NFKC", value) for value in told}
        self.all = frozenset(v for v in told if len(v) >= FIRST or len(v.encode()) >= FIRST)
        self.numbers = frozenset(
            v.upper() for v in self.all if v[:-1].isdecimal() and NUMBER.fullmatch(v)
        )
        self.vocabulary = tuple(sorted({*vocabulary} - {""}))
        made = (_beginnings(self.all, encoding) for encoding in ENCODINGS)
        self.beginnings = [one for one in made if one.first.size]
        # Of all encodings together: few places pass it, and only these are looked up in each.
        self.filter = np.zeros(1 << FILTER_BITS, dtype=bool)
        for one in self.beginnings:
            self.filter[_slot(one.first)] = True
        self._named: dict[str, list[tuple[str, int]]] = {}

    def named(self, value: str) -> list[tuple[str, int]]:
        """The public texts that hold a value, and where in them it begins."""
        if value not in self._named:  # the same few stand in many files
            self._named[value] = [
                (text, found.start())
                for text in self.vocabulary if value in text
                for found in re.finditer(re.escape(value), text)
            ]  # fmt: skip
        return self._named[value]


def scan(folder: Path, values: Values) -> list[Leak]:
    """Every leak in the files of a folder, one for each place and length of value."""
    if not values.all:
        return []
    found: set[Leak] = set()
    read: dict[bytes, set[str]] = {}  # the same text lies in a release in many forms
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, raw = str(path.relative_to(folder)), path.read_bytes()
        for encoding, value in {(encoding, value) for encoding, value, _ in _hits(raw, values)}:
            # A dictionary of frequent pieces cuts public texts anywhere, so here a value in
            # any of them is explained; as text they are all read again below.
            if not values.named(value):
                found.add(Leak(name, f"raw bytes, {encoding}", len(value)))
        for where, text in contents.texts(path, raw):
            known = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
            if known not in read:
                read[known] = leaks(text, values)
            found |= {Leak(name, where, len(value)) for value in read[known]}
    return sorted(found, key=lambda leak: (leak.file, leak.where, leak.characters))


def leaks(text: str, values: Values) -> set[str]:
    """The values in a text that no public text around them explains."""
    found: set[str] = set()
    named: dict[str, list[tuple[bytes, int]]] = {}
    raw = text.encode()
    for _, value, place in _hits(raw, values, ENCODINGS[:1]):
        if value not in named:
            named[value] = [(t.encode(), len(t[:n].encode())) for t, n in values.named(value)]
        around = named[value]
        if not any(place >= n and raw.startswith(t, place - n) for t, n in around):
            found.add(value)
    return found | _numbers(text, values)


def _numbers(text: str, values: Values) -> set[str]:
    """Numbers written apart, in groups or in full-width digits: 139 0000-1234."""
    folded = unicodedata.normalize("NFKC", text)
    found = set()
    for run in {*DIGITS.findall(folded)}:
        number = re.sub(r"[^0-9X]", "", run.upper())
        found |= {number, re.sub("^(00)?86", "", number)} & values.numbers
    return found


def _beginnings(values: Iterable[str], encoding: str) -> _Beginnings:
    """Digits and Latin letters are the same bytes in GB 18030 as in UTF-8: looked for once."""
    twice = encoding == "gb18030"
    encoded = [v.encode(encoding, "ignore") for v in values if not (twice and v.isascii())]
    encoded = [value for value in encoded if len(value) >= FIRST]
    first = _windows(np.frombuffer(b"".join(v[:FIRST] for v in encoded), np.uint8))[::FIRST]
    length = np.fromiter(map(len, encoded), np.int64, len(encoded))
    order = np.lexsort((length, first))
    first, length = first[order], length[order]
    new = np.ones(first.size, dtype=bool)
    new[1:] = (np.diff(first) != 0) | (np.diff(length) != 0)
    return _Beginnings(encoding, first[new], length[new])


def _windows(raw: "np.ndarray[tuple[int], np.dtype[np.uint8]]") -> Ints:
    """The FIRST bytes from each place on as one number."""
    size = max(raw.size - FIRST + 1, 0)
    room = np.concatenate([raw, np.zeros(8 - FIRST, np.uint8)])  # eight are read, the rest cut off
    eight: Ints = np.ndarray((size,), "<i8", room, strides=(1,))
    return eight & ((1 << 8 * FIRST) - 1)


def _slot(first: Ints) -> Ints:
    """Spread beginnings over the filter by a multiplicative hash (Knuth, vol. 3, 6.4)."""
    spread = first.view(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (spread >> np.uint64(64 - FILTER_BITS)).view(np.int64)


def _hits(
    raw: bytes, values: Values, encodings: Collection[str] = ENCODINGS
) -> Iterator[tuple[str, str, int]]:
    """The values that stand in some bytes: in which encoding, which, and where."""
    for start in range(0, len(raw), CHUNK):
        window = _windows(np.frombuffer(raw, np.uint8)[start : start + CHUNK + FIRST - 1])
        places = np.flatnonzero(values.filter[_slot(window)])
        for one in values.beginnings if places.size else ():
            if one.encoding in encodings:
                yield from _real(raw, places + start, window[places], one, values)


def _real(
    raw: bytes, places: Ints, window: Ints, one: _Beginnings, values: Values
) -> Iterator[tuple[str, str, int]]:
    """The same of places that the filter let pass, in one encoding."""
    begin, end = (np.searchsorted(one.first, window, side) for side in ("left", "right"))
    real = np.flatnonzero(begin < end)
    for place, i, j in zip(places[real], begin[real], end[real], strict=True):
        for length in one.length[i:j]:
            value = raw[place : place + length].decode(one.encoding, "replace")
            if value in values.all and _alone(raw, int(place), int(length), one.encoding, value):
                yield one.encoding, value, int(place)


def _alone(raw: bytes, place: int, length: int, encoding: str, value: str) -> bool:
    """Short Latin letters and digits must not be part of a longer run of them."""
    if len(value) >= ALONE_BELOW or not (value.isascii() and value.isalnum()):
        return True
    step = 2 if encoding.startswith("utf-16") else 1
    before, after = raw[max(place - step, 0) : place], raw[place + length : place + length + step]
    return not (WORD.search(before) or WORD.search(after))
