"""Which of the machine's fonts a paper is set in: what GB/T 9704 asks for, else Noto's.

The standard wants 仿宋 for the body, 小标宋 for titles, 黑体 for headings. Few servers have them,
so each is followed by the free font that comes nearest and holds every character.
"""

from functools import cache

import typst

NOTO = "Noto Serif CJK SC", "Noto Sans CJK SC"
WANTED = {
    "body": ("FangSong_GB2312", "FangSong", "STFangsong", NOTO[0]),
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", NOTO[0]),
    "heading": ("SimHei", "STHeiti", NOTO[1]),
}


class NoFont(RuntimeError):
    """The machine lacks a font with Chinese characters; the message says what to install."""


@cache
def fonts() -> typst.Fonts:
    """The fonts of this machine, looked for once."""
    return typst.Fonts(include_embedded_fonts=False)


def chosen() -> dict[str, list[str]]:
    """For each use the fonts that are there, the best first. Raises NoFont."""
    there = set(fonts().families())
    if missing := [name for name in NOTO if name not in there]:
        raise NoFont(
            f"{' and '.join(missing)} not found: run `make system`, or install fonts-noto-cjk"
            " (Debian, Ubuntu) or google-noto-serif-cjk-fonts and google-noto-sans-cjk-fonts (RHEL)"
        )
    return {use: [name for name in names if name in there] for use, names in WANTED.items()}
