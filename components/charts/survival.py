"""What share of cases is still open after so many days."""

from collections.abc import Mapping

import altair as alt
import pandas as pd

from components import session, words
from components.charts.drawing import LINE, MARK, drawn, told, undrawn
from components.drawn import Drawn
from components.readings import Reading
from components.session import t
from metrics import numerals

TITLES = {"name": "table.name", "shown": "table.value", "basis": "chart.basis"}
HEIGHT = 260
ROOM = 1.18  # above the highest interval, for its label


def still_open(readings: Mapping[int, Reading]) -> Drawn:
    """A column for each number of days, its interval a line, its share above; withheld has none.

    `readings` are told by the number of days.
    """
    language = session.language()
    frame = pd.DataFrame(
        {
            "name": t("page.times.after", days=days),
            "value": reading.figure.value,
            "low": reading.figure.low,
            "high": reading.figure.high,
            "shown": numerals.value(reading.figure),
            "basis": "; ".join(words.evidence(language, reading.figure, reading.metric)),
        }
        for days, reading in readings.items()
        if reading.figure.value is not None
    )
    if frame.empty:
        return undrawn()
    top = min(1.0, float(frame["high"].max())) * ROOM
    scale = alt.Scale(domain=[0, top], nice=False)
    axis = alt.Axis(labelAngle=0, labelFontSize=13, domain=False, ticks=False, title=None)
    about = [alt.Tooltip(f"{field}:N", title=t(title)) for field, title in TITLES.items()]
    base = alt.Chart(frame, height=HEIGHT).encode(
        x=alt.X("name:N", sort=None, axis=axis), tooltip=about
    )
    bar = base.mark_bar(color=MARK, width=alt.RelativeBandSize(0.55)).encode(
        y=alt.Y("value:Q", scale=scale, axis=None)
    )
    rule = base.mark_rule(color=LINE, strokeWidth=2).encode(
        y=alt.Y("low:Q", scale=scale), y2="high:Q"
    )
    label = base.mark_text(color=LINE, dy=-10, fontSize=14, fontWeight="bold").encode(
        y=alt.Y("high:Q", scale=scale), text="shown:N"
    )
    said = "; ".join(f"{row['name']} {row['shown']}" for row in frame.to_dict("records"))
    named = [(t("page.times.after", days=days), one.figure) for days, one in readings.items()]
    return drawn(bar + rule + label, t("page.times.open_alt", told=said), told(named))
