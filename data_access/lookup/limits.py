"""How often one may fail: per address and case, per address, and all together.

Counted in the store, so that a restart forgets nothing and several processes count as one. Only
failures count in the end: a success takes its attempt back. No limit hangs on the case alone, or
anyone could keep its caller out; and what one limit refuses is not charged to the next, wider one,
so that neither can a neighbour behind the same address.
"""

import ipaddress
from typing import NamedTuple

from sqlalchemy import Connection, Engine, delete, update
from sqlalchemy.dialects import postgresql, sqlite

from data_access.lookup import keys
from data_access.lookup.codes import plain
from data_access.lookup.schema import ATTEMPTS

Upsert = sqlite.Insert | postgresql.Insert


class Limit(NamedTuple):
    """So many failures in a window of so many seconds."""

    most: int
    seconds: int


CASE = Limit(5, 900)  # from one address, for one case
ADDRESS = Limit(100, 900)  # from one address: an office or a village may share it
ALL = Limit(600, 60)  # from everywhere


class Admission(NamedTuple):
    """Whether an attempt may go on; `counted` are the buckets that it went into."""

    granted: bool
    counted: tuple[bytes, ...]
    overall: bool = False  # refused because too many failed everywhere: somebody should look


def enter(
    engine: Engine, pepper: bytes, address: str, city: str, number: str, now: float
) -> Admission:
    """Count an attempt before anything is looked up, narrowest limit first."""
    origin, counted = network(address), []
    rules = (
        (CASE, "case", origin, city, plain(number)),
        (ADDRESS, "address", origin),
        (ALL, "all"),
    )
    with engine.begin() as connection:
        connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.ends <= int(now)))
        for limit, *whose in rules:
            window = int(now) // limit.seconds
            bucket = keys.derive(pepper, "attempts", str(window), *whose)
            counted.append(bucket)
            if _count(connection, bucket, (window + 1) * limit.seconds) > limit.most:
                return Admission(False, tuple(counted), overall=limit is ALL)
    return Admission(True, tuple(counted))


def forgive(engine: Engine, admission: Admission) -> None:
    """Take an attempt back that found its case."""
    mine = ATTEMPTS.c.bucket.in_(admission.counted)
    with engine.begin() as connection:
        connection.execute(update(ATTEMPTS).where(mine).values(count=ATTEMPTS.c.count - 1))


def network(address: str) -> str:
    """An address as one visitor has it: of IPv6 the /64, which a household gets as a whole."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _count(connection: Connection, bucket: bytes, ends: int) -> int:
    """One more in a bucket, in a single statement; how many there are now."""
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement: Upsert = insert(ATTEMPTS).values(bucket=bucket, count=1, ends=ends)
    one_more = statement.on_conflict_do_update(
        index_elements=[ATTEMPTS.c.bucket], set_={"count": ATTEMPTS.c.count + 1}
    )
    return int(connection.execute(one_more.returning(ATTEMPTS.c.count)).scalar_one())
