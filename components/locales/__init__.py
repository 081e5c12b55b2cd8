"""The words of the screen, one folder of TOML files a language; no Streamlit in here.

A key is the dotted path of a text: `t("page.units.title")`. Texts take `{named}` values.
"""

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = {"zh": "zh-CN", "en": "en"}  # ours → the BCP 47 tag of the page
DEFAULT = "zh"


@cache
def words(language: str) -> dict[str, str]:
    """Every text of a language by its dotted key; a key told by two files is a ValueError."""
    found: dict[str, str] = {}
    for path in sorted((Path(__file__).parent / language).glob("*.toml")):
        told = dict(_flat(tomllib.loads(path.read_text("utf-8"))))
        if twice := found.keys() & told.keys():
            raise ValueError(f"{path}: {min(twice)} has its words elsewhere")
        found |= told
    return found


def _flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def text(language: str, key: str, **values: object) -> str:
    """One text with its values filled in; an unknown key is a KeyError."""
    return words(language)[key].format(**values)
