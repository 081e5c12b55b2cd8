"""The audit log, for auditors: who saw and did what, and whether the log is whole."""

from components import frame
from supervision import log, session

viewer = session.viewer("audit")
frame.heading("audit")
log.entries(viewer, log.wanted(viewer))
log.proof(viewer)
