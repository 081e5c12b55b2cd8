"""Boston 311 service requests as Analyze Boston exports them.

The city's own verdict, `ontime`, follows from the dates, and a test shows it. It is read only
as evidence of how far the export looked: a case called OVERDUE was seen past its deadline.
"""

from pipeline.mapping import Mapping

SYNTHETIC = False
COMPLETE_UNTIL = None
MAPPING = Mapping(
    number="case_enquiry_id",
    received_at="open_dt",
    due_at="target_dt",
    closed_at="closed_dt",
    category="type",
    unit="department",
    area="neighborhood",
    status="case_status",
    channel="source",
    formats=("%Y-%m-%d %H:%M:%S",),
    overdue=("ontime", "OVERDUE"),
)

read = MAPPING.read
