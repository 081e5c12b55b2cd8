"""The evidence of an alert: what came in day by day, what was to be expected, and the limit."""

from collections.abc import Sequence
from datetime import date

import altair as alt
import pandas as pd

from components.charts.drawing import LINE, MARK, VOLUME, drawn
from components.charts.months import AXIS
from components.drawn import Drawn, Row
from components.session import t
from metrics import numerals

COLUMNS = ["day", "observed", "expected", "limit"]
Day = tuple[date, int, float, int]  # cases observed, expected, and the limit of one day


def evidence(days: Sequence[Day], first: date) -> Drawn:
    """Bars of what came in, from `first` on in another colour; a line, and the dashed limit."""
    frame = pd.DataFrame(days, columns=COLUMNS)
    frame["key"] = [f"{day:%m-%d}" for day in frame["day"]]
    frame["shown"] = [numerals.day(day) for day in frame["day"]]
    frame["normal"] = [f"{value:.1f}" for value in frame["expected"]]
    counted = frame["day"] >= first
    frame["which"] = counted.map({True: t("chart.alert_counted"), False: t("chart.alert_before")})
    count = alt.Axis(format="d", tickMinStep=1, **AXIS)
    axis = alt.Axis(values=list(frame["key"][::7]), labelAngle=0, title=None)
    base = alt.Chart(frame, height=240).encode(x=alt.X("key:O", sort=None, axis=axis))
    bars = base.mark_bar().encode(
        y=alt.Y("observed:Q", title=t("chart.cases"), axis=count),
        color=alt.Color(
            "which:N", title=None, legend=alt.Legend(orient="top"),
            scale=alt.Scale(
                domain=[t("chart.alert_before"), t("chart.alert_counted")], range=[VOLUME, MARK]
            ),
        ),
        tooltip=[
            alt.Tooltip(f"{field}:N", title=t(key))
            for field, key in (
                ("shown", "chart.alert_day"), ("observed", "chart.alert_observed"),
                ("normal", "chart.alert_expected"), ("limit", "chart.alert_limit"),
            )
        ],
    )  # fmt: skip
    normal = base.mark_line(color=LINE, strokeWidth=2).encode(y="expected:Q")
    limit = base.mark_line(color=LINE, strokeDash=[4, 3], interpolate="step").encode(y="limit:Q")
    ends = {"first": frame["shown"].iloc[0], "last": frame["shown"].iloc[-1]}
    sums = frame.loc[counted, ["observed", "expected"]].sum()
    told = {"seen": numerals.count(sums["observed"]), "expected": f"{sums['expected']:.1f}"}
    said = t("chart.alert_alt", day=first, **ends, **told)
    rows: list[Row] = [dict(zip(COLUMNS, (str(one[0]), *one[1:]), strict=True)) for one in days]
    return drawn(alt.layer(bars, normal, limit), said, rows)
