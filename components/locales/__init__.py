"""The words of the screen, one TOML file a language; no Streamlit in here.

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
    """Every text of a language by its dotted key."""
    tree = tomllib.loads((Path(__file__).parent / f"{language}.toml").read_text("utf-8"))
    return dict(_flat(tree))


def _flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def text(language: str, key: str, **values: object) -> str:
    """One text with its values filled in; an unknown key is a KeyError."""
    return words(language)[key].format(**values)
