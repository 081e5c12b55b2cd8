"""The cases behind a figure, which add up to it."""

from components import frame
from supervision import session
from supervision.account import behind_view

viewer = session.viewer("behind")
frame.heading("behind")
behind_view.back()
behind_view.show(viewer)
