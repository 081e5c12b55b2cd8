"""One function per form of chart. Each draws figures and says in words what it shows."""

from components.charts.callbacks import formulas, funnel
from components.charts.months import trend, volume
from components.charts.peer_funnel import peer_funnel
from components.charts.stages import spans, stages
from components.charts.survival import still_open
from components.charts.units import beside_city

__all__ = [
    "beside_city",
    "formulas",
    "funnel",
    "peer_funnel",
    "spans",
    "stages",
    "still_open",
    "trend",
    "volume",
]
