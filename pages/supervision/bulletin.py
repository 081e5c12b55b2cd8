"""The monthly bulletin: made with one click from what is published and from the ledger."""

from components import frame
from supervision import act, bulletin_desk, session

viewer = session.viewer("bulletin")
frame.heading("bulletin")
act.tell()
month = bulletin_desk.month(viewer)
if month:
    bulletin_desk.make(viewer, month)
    bulletin_desk.versions(viewer, month)
