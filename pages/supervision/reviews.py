"""Review of public texts: the queue by risk, one text beside its original, and the moves."""

from components import frame
from supervision import act, review_desk, session

viewer = session.viewer("reviews")
frame.heading("reviews")
act.tell()
chosen = review_desk.queue(viewer)
if chosen is not None:
    review_desk.one(viewer, chosen)
