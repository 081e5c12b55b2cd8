"""Days and moments as papers write them, in the city's zone."""

from datetime import datetime

import cities
from components.locales import text


def day(language: str, city: str, at: datetime) -> str:
    """2026年6月3日, as GB/T 9704 has it: Arabic figures, nothing put before them."""
    local = at.astimezone(cities.profile(city).zone)
    return text(language, "paper.day", year=local.year, month=local.month, day=local.day)


def moment(language: str, city: str, at: datetime) -> str:
    """The same with hour and minute."""
    local = at.astimezone(cities.profile(city).zone)
    return text(
        language, "paper.moment", year=local.year, month=local.month, day=local.day,
        hour=local.hour, minute=local.minute,
    )  # fmt: skip
