"""Early warning: where more came in than expected, the evidence, and what becomes of it."""

from components import frame
from supervision import act, alert_desk, session

viewer = session.viewer("alerts")
frame.heading("alerts")
act.tell()
alert_desk.standing(viewer)
chosen = alert_desk.queue(viewer)
if chosen is not None:
    alert_desk.one(viewer, chosen)
