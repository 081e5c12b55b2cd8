"""NYC 311 service requests as New York's open-data portal exports them.

The schema of 2013 and before lacks the channel; all else that is needed to follow a case and
its deadline has the same name in both. The portal's interface spells the same columns
`unique_key`, `created_date` ..., which is recognised.
"""

from pipeline.mapping import Mapping

SYNTHETIC = False
COMPLETE_UNTIL = None
MAPPING = Mapping(
    columns={
        "number": "Unique Key",
        "received_at": "Created Date",
        "due_at": "Due Date",
        "closed_at": "Closed Date",
        "category": "Complaint Type",
        "category2": "Descriptor",
        "unit": "Agency",
        "area": "Borough",
        "status": "Status",
        "channel": "Open Data Channel Type",
        "latitude": "Latitude",
        "longitude": "Longitude",
    },
    formats=("%m/%d/%Y %I:%M:%S %p",),
    optional=("Open Data Channel Type", "Descriptor", "Latitude", "Longitude"),
    lower=("channel",),
    constant={"coordinate_system": "WGS-84"},
)

read = MAPPING.read
