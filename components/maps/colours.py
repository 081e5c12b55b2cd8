"""One hue in five steps from light to dark: no two colours to be told apart, by day or by night.

Steps, not a smooth run: a reader can find a tile's step in the legend, and what is written on it
is always easy to read.
"""

from collections.abc import Sequence

Rgb = tuple[int, int, int]
STEPS: tuple[Rgb, ...] = ((222, 238, 245), (163, 206, 222), (98, 164, 190), (46, 118, 148),
                          (28, 92, 121))  # fmt: skip
DARK, LIGHT = (16, 32, 43), (255, 255, 255)  # what is written on them


def shade(value: float, low: float, high: float) -> Rgb:
    """The colour of a value between the ends of a scale; the middle where both ends are one."""
    share = min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5
    return STEPS[min(len(STEPS) - 1, int(share * len(STEPS)))]


def ink(ground: Rgb) -> Rgb:
    """Dark or light, whichever is easier to read on the ground."""
    return max(DARK, LIGHT, key=lambda colour: contrast(colour, ground))


def contrast(one: Rgb, other: Rgb) -> float:
    """How far apart two colours are in lightness: 1 to 21, by WCAG 2.2."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Sequence[int]) -> float:
    """Relative luminance of an sRGB colour, 0 to 1, by WCAG 2.2."""
    red, green, blue = (
        level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4
        for level in (part / 255 for part in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def css(colour: Rgb) -> str:
    """#rrggbb."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
