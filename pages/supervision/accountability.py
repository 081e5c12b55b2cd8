"""Accountability: every unit of the viewer, or one of them whole; each figure opens its cases."""

from components import frame
from supervision import session
from supervision.account import among_peers, chosen, overview, unit_view

viewer = session.viewer("accountability")
frame.heading("accountability")
asked = chosen.choose(viewer)
if asked is not None and asked.unit == chosen.EVERY:
    overview.show(asked)
elif asked is not None:
    unit = unit_view.read(asked)
    unit_view.did(unit)
    unit_view.trend(unit)
    among_peers.place(unit)
    among_peers.told(unit)
    unit_view.mix(unit)
    unit_view.stages(unit)
    unit_view.checks(unit)
