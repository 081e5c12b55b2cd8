"""Charts of when cases come in and by which way: the week by hours, and a bar for each way."""

from collections import Counter
from collections.abc import Sequence

import altair as alt
import pandas as pd

from components import session
from components.charts.drawing import LINE, VOLUME, drawn
from components.drawn import Drawn, Row
from components.session import t
from data_access.intake import HOURS, Hours, Way
from metrics import numerals

CELL, AROUND, BAR = 26, 110, 46  # pixels: a row of hours, what is above and below, a bar with name
PALE = {False: "#E6EFF3", True: "#22303A"}  # few cases, by day and when it is dark
FULL = {False: "#14506A", True: "#8CCBE3"}
EVERY = 3  # hours that are named on the axis


def day(number: int) -> str:
    """What a day of the week is called, 1 is Monday."""
    return t(f"intake.day_{number}")


def span(one: Hours) -> str:
    """9:00–12:00, the hours that a number stands for."""
    return f"{one.hour}:00–{one.hour + one.hours}:00"


def week(found: Sequence[Hours]) -> Drawn:
    """A row a weekday, a column for each hour or some: the darker, the more cases."""
    dark, width = session.dark(), found[0].hours
    frame = pd.DataFrame(
        {
            "day": day(one.weekday), "hour": one.hour, "until": one.hour + one.hours,
            "cases": one.at_least, "when": f"{day(one.weekday)} {span(one)}", "shown": _shown(one),
        }
        for one in found
    )  # fmt: skip
    hours = alt.Axis(
        values=list(range(0, HOURS + 1, max(EVERY, width))), labelExpr="datum.value + ':00'",
        orient="top", title=None, domain=False, grid=False, labelOverlap=True,
    )  # fmt: skip
    days = alt.Axis(title=None, domain=False, ticks=False)
    colour = alt.Scale(range=[PALE[dark], FULL[dark]], domainMin=0)
    legend = alt.Legend(title=None, orient="bottom", direction="horizontal", gradientLength=160)
    chart = alt.Chart(frame, height=CELL * frame["day"].nunique() + AROUND).mark_rect()
    chart = chart.encode(
        x=alt.X("hour:Q", axis=hours, scale=alt.Scale(domain=[0, HOURS], nice=False)),
        x2="until:Q",
        y=alt.Y("day:N", sort=None, axis=days),
        color=alt.Color("cases:Q", scale=colour, legend=legend),
        tooltip=[
            alt.Tooltip("when:N", title=t("intake.when")),
            alt.Tooltip("shown:N", title=t("table.cases")),
        ],
    )
    by_day = Counter[int]()
    for one in found:
        by_day[one.weekday] += one.at_least
    told = "; ".join(f"{day(number)} {numerals.count(cases)}" for number, cases in by_day.items())
    rows: list[Row] = [
        {"name": day(one.weekday), "hour": one.hour, "hours": one.hours, "cases": one.at_least}
        for one in found
    ]
    return drawn(chart, t("intake.week_alt", told=told), rows)


def _shown(one: Hours) -> str:
    if not one.at_least:
        return t("intake.few")
    return t("intake.least", n=numerals.count(one.at_least))


def ways(named: Sequence[tuple[str, Way]]) -> Drawn:
    """A bar for each way, its name above it and the number beside it."""
    frame = pd.DataFrame(
        {
            "name": name, "cases": one.at_least,
            "shown": t("intake.least", n=numerals.count(one.at_least)),
        }
        for name, one in named
    )  # fmt: skip
    most = alt.Scale(domain=[0, float(frame["cases"].max()) * 1.4], nice=False)
    base = alt.Chart(frame, height=BAR * len(frame)).encode(
        y=alt.Y("name:N", sort=None, axis=None), x=alt.X("cases:Q", scale=most, axis=None)
    )
    written = base.mark_text(align="left", color=LINE, fontSize=13, dy=-14)
    beside = base.mark_text(align="left", color=LINE, fontSize=13, dx=6, dy=6)
    chart = (
        base.mark_bar(color=VOLUME, height=14, yOffset=6)
        + written.encode(text="name:N", x=alt.value(0))
        + beside.encode(text="shown:N")
    )
    told = "; ".join(f"{row['name']} {row['shown']}" for row in frame.to_dict("records"))
    rows: list[Row] = [{"name": name, "cases": one.at_least} for name, one in named]
    return drawn(chart, t("intake.ways_alt", told=told), rows)
