"""Fill the look-up store: the pipeline's side, which needs the filling key.

A row's own key lies in it sealed under the filling key, so the pipeline can renew what a row tells
without knowing its code, which nobody keeps.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine, bindparam, delete, func, insert, select, update

from data_access.lookup import codes, keys, rating, sealing
from data_access.lookup.progress import Progress, to_bytes
from data_access.lookup.schema import ENTRIES, RATINGS

CHUNK = 500  # rows a transaction: visitors wait for none longer than a moment


class Secrets(NamedTuple):
    """Pepper and filling key."""

    pepper: bytes
    filling_key: bytes


class Issued(NamedTuple):
    """A code on its way to its caller. It is written down nowhere else."""

    number: str
    code: str


class Filled(NamedTuple):
    """How many rows were renewed, newly made and removed."""

    renewed: int
    issued: int
    removed: int


class Unknown(LookupError):
    """The store has no such case."""


Hand = Callable[[Sequence[Issued]], None]  # must have the codes safe before it returns
Item = TypeVar("Item")


def secrets(engine: Engine) -> Secrets:
    """Both secrets, made for an empty store; SecretMissing if a filled one has lost its own."""
    with engine.connect() as connection:
        empty = not connection.execute(select(func.count()).select_from(ENTRIES)).scalar()
    if empty:
        keys.create("pepper")
        keys.create("filling_key")
    return Secrets(keys.secret("pepper"), keys.secret("filling_key"))


def fill(
    engine: Engine, held: Secrets, city: str, cases: Mapping[str, Progress], hand: Hand
) -> Filled:
    """Make a city's rows tell of these cases and of no others.

    Cases without a code get one. It is handed over before its row is stored: a run that is killed
    may leave codes that open nothing, but never a row whose code nobody was told.
    """
    known = _known(engine, city)
    handles = {handle_of(held, city, number): number for number in cases}
    _remove(engine, [handle for handle in known if handle not in handles])
    old = [(handle, number) for handle, number in handles.items() if handle in known]
    new = [number for handle, number in handles.items() if handle not in known]
    for some in _chunks(old):
        _renew(engine, held, [(handle, known[handle], cases[number]) for handle, number in some])
    for chunk in _chunks(new):
        issued = [Issued(number, codes.new_code()) for number in chunk]
        hand(issued)
        rows = [_row(held, city, one, to_bytes(cases[one.number])) for one in issued]
        with engine.begin() as connection:
            connection.execute(insert(ENTRIES), rows)
    return Filled(len(old), len(new), len(known) - len(old))


def reissue(engine: Engine, held: Secrets, city: str, numbers: Sequence[str], hand: Hand) -> None:
    """Give cases new codes; the old ones open nothing from then on. Unknown if one is not there."""
    replaced = []
    with engine.begin() as connection:
        for number in numbers:
            handle = handle_of(held, city, number)
            row = connection.execute(select(ENTRIES).where(ENTRIES.c.handle == handle)).first()
            if row is None:
                raise Unknown(f"case {number}: not in the look-up store of {city}")
            key = key_of(held, handle, row.renewal)
            issued = Issued(number, codes.new_code())
            content = _opened(key, row.content, row.name)
            replaced.append((issued, _row(held, city, issued, content)))
            _reseal(connection, handle, key, keys.token(held.pepper, city, *issued).seal)
        hand([issued for issued, _ in replaced])
        for _, values in replaced:
            this = ENTRIES.c.handle == values["handle"]
            connection.execute(update(ENTRIES).where(this).values(values))


def _reseal(connection: Connection, handle: bytes, old: bytes, new: bytes) -> None:
    """Seal a case's rating, if there is one, under the new key of its row."""
    mine = RATINGS.c.handle == handle
    content = connection.execute(select(RATINGS.c.content).where(mine)).scalar()
    if content is not None:
        told = fitting(rating.opened(old, content, handle))
        again = rating.sealed(new, told, handle)
        connection.execute(update(RATINGS).where(mine).values(content=again))


def _known(engine: Engine, city: str) -> dict[bytes, tuple[bytes, bytes]]:
    """The name and the sealed key of each row of a city, by its handle."""
    query = select(ENTRIES.c.handle, ENTRIES.c.name, ENTRIES.c.renewal)
    with engine.connect() as connection:
        rows = connection.execute(query.where(ENTRIES.c.city == city))
        return {row.handle: (row.name, row.renewal) for row in rows}


def handle_of(held: Secrets, city: str, number: str) -> bytes:
    """How the row of a case is found without its code."""
    return keys.derive(held.filling_key, "handle", city, number)


def key_of(held: Secrets, handle: bytes, renewal: bytes) -> bytes:
    """The key of a row, by which its content is renewed."""
    return _opened(keys.derive(held.filling_key, "renewal"), renewal, handle)


def _opened(key: bytes, sealed: bytes, place: bytes) -> bytes:
    return fitting(sealing.unseal(key, sealed, place))


def fitting(found: Item | None) -> Item:
    """What was opened; SecretMissing if the key did not fit."""
    if found is None:
        raise keys.SecretMissing("the filling key is not the one this store was filled with")
    return found


def _row(held: Secrets, city: str, issued: Issued, content: bytes) -> dict[str, Any]:
    token = keys.token(held.pepper, city, issued.number, issued.code)
    handle = handle_of(held, city, issued.number)
    renewal = sealing.seal(
        keys.derive(held.filling_key, "renewal"), token.seal, handle, block=keys.LENGTH
    )
    sealed = sealing.seal(token.seal, content, token.name)
    values = {"name": token.name, "content": sealed, "city": city}
    return values | {"handle": handle, "renewal": renewal}


def _renew(
    engine: Engine, held: Secrets, some: list[tuple[bytes, tuple[bytes, bytes], Progress]]
) -> None:
    rows = [
        {"row": name, "sealed": sealing.seal(key_of(held, handle, key), to_bytes(progress), name)}
        for handle, (name, key), progress in some
    ]
    by_name = update(ENTRIES).where(ENTRIES.c.name == bindparam("row"))
    with engine.begin() as connection:
        connection.execute(by_name.values(content=bindparam("sealed")), rows)


def _remove(engine: Engine, handles: list[bytes]) -> None:
    for some in _chunks(handles):
        with engine.begin() as connection:
            for table in (ENTRIES, RATINGS):
                connection.execute(delete(table).where(table.c.handle.in_(some)))


def _chunks(values: list[Item]) -> list[list[Item]]:
    return [values[start : start + CHUNK] for start in range(0, len(values), CHUNK)]
