"""Why a bulletin is not printed, in words: every sum that does not hold, with both sides."""

import cities
from components import words
from components.locales import text
from metrics import registry
from supervision.bulletin.sums import DoesNotAddUp, Wrong


def lines(language: str, city: str, error: DoesNotAddUp) -> list[str]:
    """A line a sum."""
    return [_line(language, city, one) for one in error.wrong]


def _line(language: str, city: str, one: Wrong) -> str:
    said = dict(one.said)
    if "metric" in said:
        said["metric"] = words.name(language, registry.get(str(said["metric"])))
        said["within"] = words.unit_name(language, cities.profile(city), str(said["within"]))
    if "dimension" in said:
        said["within"] = _within(language, city, str(said["dimension"]), str(said["within"]))
        said["dimension"] = text(language, f"bulletin.wrong.dimension.{said['dimension']}")
    return text(language, f"bulletin.wrong.{one.name}", **said)


def _within(language: str, city: str, dimension: str, code: str) -> str:
    """The category or the quarter that the parts lie in."""
    if not code or dimension != "category2":
        return words.period(language, code) if code else ""
    names = cities.profile(city).categories.get(code)
    return names[language] if names else code
