"""One case, whole: its clocks, its way, texts, callbacks, look-alikes, and what is done."""

from components import frame
from supervision import act, case_view, doubt_desk, ledger_view, session

viewer = session.viewer("case")
frame.heading("case")
act.tell()
case_view.back()
found = case_view.asked(viewer)
if found is not None:
    case_view.about(viewer, found)
    case_view.clocks(viewer, found)
    ledger_view.of_case(viewer, found)
    case_view.way(viewer, found)
    case_view.written(viewer, found)
    doubt_desk.rated(viewer, found.case["number"])
    case_view.alike(viewer, found)
