"""Made-up daily counts with weekdays, a season, holidays and over-dispersion, all known."""

import numpy as np
import pandas as pd

FIRST, DISPERSION, WEEKEND = "2021-01-01", 1.5, 0.4
SPRING = {2021: "02-11", 2022: "01-31", 2023: "01-21", 2024: "02-10"}  # seven days each
SPRING_FESTIVAL = 0.2  # so many times as many cases come in as on other days


def kinds(days: pd.DatetimeIndex) -> "pd.Series[str]":
    """Ordinary days but for the Spring Festivals, which move."""
    found = pd.Series("", index=days, dtype=object)
    for year, first in SPRING.items():
        festival = pd.date_range(f"{year}-{first}", periods=7)
        found[days.isin(festival)] = "spring festival"
    return found


def means(days: pd.DatetimeIndex, level: float) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Cases to expect a day where `level` come in on a mean working day."""
    season = np.exp(0.4 * np.cos(2 * np.pi * days.day_of_year.to_numpy() / 365.25))
    week = np.where(days.day_of_week < 5, 1.0, WEEKEND)
    festival = np.where(kinds(days) == "", 1.0, SPRING_FESTIVAL)
    return np.asarray(level * season * week * festival)


def city(seed: int, days: int = 3 * 365, categories: int = 6, areas: int = 4) -> pd.DataFrame:
    """Counts of every (category, area); the areas of a category weigh 1, 2, 3 ..."""
    rng, index = np.random.default_rng(seed), pd.date_range(FIRST, periods=days)
    cells = {}
    for category in range(categories):
        for area in range(areas):
            level = 0.3 * (category + 1) * (area + 1)
            mean = means(index, level)
            drawn = rng.negative_binomial(mean / (DISPERSION - 1), 1 / DISPERSION)
            cells[f"category {category}", f"area {area}"] = drawn
    return pd.DataFrame(cells, index)
