"""Every word of the screen is there in both languages, used, and in its own language."""

import re
import string

import pytest

from components.locales import LANGUAGES, text, words
from data_access.settings import PROJECT
from metrics import measure

HAN = re.compile(r"[\u4e00-\u9fff]")
SOURCES = [
    path
    for folder in ("app.py", "pages", "components", "web", "supervision")
    for path in ([PROJECT / folder] if folder.endswith(".py") else (PROJECT / folder).rglob("*.py"))
]


def fields(value: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(value) if name}


def test_both_languages_have_the_same_keys() -> None:
    assert words("zh").keys() == words("en").keys()


@pytest.mark.parametrize("key", sorted(words("zh")))
def test_a_text_is_filled_and_in_its_language(key: str) -> None:
    zh, en = words("zh")[key], words("en")[key]
    assert zh.strip()
    assert en.strip()
    assert not HAN.search(en.replace("模拟数据", "")), en
    if key.startswith("page."):
        assert HAN.search(zh), zh
    # A month may be a word in English and a number in Chinese; all else takes the same values.
    assert fields(zh) == {name.replace("month_name", "month") for name in fields(en)}


def test_every_key_is_used() -> None:
    code = "\n".join(path.read_text("utf-8") for path in SOURCES)
    # Keys are also put together, t(f"site.{what}"), or looked up below a topic of their own.
    put_together = set(re.findall(r"""f["']([a-z_]+\.[a-z_.]*)\{""", code))
    built = ("page.", "methods.", "note.", *put_together)
    used = set(re.findall(r"""["']([a-z_]+\.[a-z_.0-9]+)["']""", code))
    # What can stand in the audit log is named where it is written there.
    written = (PROJECT / "data_access" / "supervision").rglob("*.py")
    logged = set(re.findall(r"\w+", code + "\n".join(path.read_text() for path in written)))
    used |= {
        key for key in words("zh") if key.startswith("audit.") and key.split(".")[-1] in logged
    }
    unused = [key for key in words("zh") if key not in used and not key.startswith(built)]
    assert unused == []


def test_every_note_of_a_figure_has_words() -> None:
    notes = (measure.TOO_EARLY, measure.FEW, measure.PROTECTED, measure.UNPUBLISHED)
    for language in LANGUAGES:
        for note in notes:
            assert text(language, f"note.{note.replace(' ', '_')}")


def test_code_holds_no_chinese_but_names_of_languages_and_terms() -> None:
    for path in SOURCES:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            literals = re.findall(r'"([^"]*)"', line)
            if any(HAN.search(item) for item in literals) and '"""' not in line:
                assert "LANGUAGE_NAMES" in line, f"{path}:{number}: {line.strip()}"


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        text("zh", "page.nowhere.title")
