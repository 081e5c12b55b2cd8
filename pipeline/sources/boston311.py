"""Boston 311 service requests as Analyze Boston exports them.

The city's own verdict, `ontime`, follows from the dates, and a test shows it. It is read only
as evidence of how far the export looked: a case called OVERDUE was seen past its deadline.
"""

from pipeline.mapping import Mapping

SYNTHETIC = False
COMPLETE_UNTIL = None
MAPPING = Mapping(
    columns={
        "number": "case_enquiry_id",
        "received_at": "open_dt",
        "due_at": "target_dt",
        "closed_at": "closed_dt",
        "category": "type",
        "unit": "department",
        "area": "neighborhood",
        "status": "case_status",
        "channel": "source",
        "latitude": "latitude",
        "longitude": "longitude",
    },
    formats=("%Y-%m-%d %H:%M:%S",),
    optional=("latitude", "longitude"),
    aliases={"target_dt": ("sla_target_dt",)},  # its name since 2023
    lower=("channel",),
    constant={"coordinate_system": "WGS-84"},
    overdue=("ontime", "OVERDUE"),
)

read = MAPPING.read
