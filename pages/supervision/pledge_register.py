"""Register of time-limited solutions: what waits for approval, each pledge, and a new one."""

from components import frame
from supervision import act, pledge_desk, session

viewer = session.viewer("pledge_register")
frame.heading("pledge_register")
act.tell()
found = pledge_desk.found(viewer)
pledge_desk.waiting(viewer, found)
pledge_desk.one(viewer, found)
pledge_desk.new(viewer)
