"""Look up one's own case. Whatever does not fit gives the same None after the same work."""

from datetime import date
from secrets import token_bytes

from sqlalchemy import Engine, select

from data_access.lookup import keys, sealing
from data_access.lookup.progress import Progress, from_bytes
from data_access.lookup.schema import ENTRIES

# Opened in vain where no row has the name, so that a miss costs what a hit that has expired costs.
DECOY = sealing.seal(token_bytes(keys.LENGTH), b"", b"")


def find(
    engine: Engine, pepper: bytes, city: str, number: str, code: str, today: date
) -> Progress | None:
    """The case of this number and code, unless its time is over.

    A wrong number and a wrong code are the same thing here: no row has the name they make.
    """
    held = keys.token(pepper, city, number, code)
    query = select(ENTRIES.c.content).where(ENTRIES.c.name == held.name)
    with engine.connect() as connection:
        sealed = connection.execute(query).scalar()
    return opened(held, sealed, today)


def opened(held: keys.Token, sealed: bytes | None, today: date) -> Progress | None:
    """What a row tells whoever holds its token, unless its time is over."""
    content = sealing.unseal(held.seal, DECOY if sealed is None else sealed, held.name)
    if content is None:
        return None
    progress = from_bytes(content)
    return None if progress.expires and today > progress.expires else progress
