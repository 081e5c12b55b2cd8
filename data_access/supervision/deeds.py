"""What is done with a case, together with its entry in the audit log."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from data_access.supervision.audit import Did, record
from data_access.supervision.viewer import Refused, Viewer


@contextmanager
def deed(
    viewer: Viewer, engine: Engine, did: Did, subject: str, **detail: str
) -> Iterator[Connection]:
    """A transaction that begins with its audit entry; refused, it leaves the refusal alone behind.

    The entry is written first, so writers take their turn there and each sees what others added.
    """
    try:
        with engine.begin() as connection:
            record(connection, viewer, did, subject, **detail)
            yield connection
    except Refused:
        with engine.begin() as connection:
            record(connection, viewer, Did.REFUSED, subject, asked=did, **detail)
        raise
