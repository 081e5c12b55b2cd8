"""Keep the bulletins of a city: what each version was made of. Nothing is ever rewritten.

A bulletin goes out of the house, so the words that people add are looked at for what tells of
somebody: a telephone number or an identity card stops it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, Row, insert, select

from data_access.supervision import masking
from data_access.supervision.audit import Did
from data_access.supervision.bulletin_tables import BULLETINS
from data_access.supervision.deeds import deed
from data_access.supervision.viewer import Role, Viewer, require

MAKERS = (Role.CITY, Role.EDITOR)
BLOCKS = ("lead", "hot", "example", "praise", "plan")  # texts that people may add
LONGEST = 6_000  # characters of one


class BadText(ValueError):
    """A text that cannot be printed; `block` says which."""

    def __init__(self, block: str, why: str) -> None:
        super().__init__(f"{block}: {why}")
        self.block = block


class Superseded(RuntimeError):
    """Somebody else has made a newer version; `now` is theirs."""

    def __init__(self, now: "Version") -> None:
        super().__init__(f"{now.month} is at version {now.version}")
        self.now = now


@dataclass(frozen=True)
class Version:
    """One version of a bulletin: figures of a release, the ledger up to `until`, some texts."""

    city: str
    month: str
    version: int
    release: str
    until: datetime
    actor: str
    shown: str
    texts: Mapping[str, str]


def keep(
    viewer: Viewer, engine: Engine, month: str, release: str, texts: Mapping[str, str], seen: int
) -> Version:
    """Put a new version on record. `seen` is the newest that the writer had before them, 0 if none.

    Refused; BadText; Superseded if there is a newer one.
    """
    require(viewer, *MAKERS)
    told = {name: texts.get(name, "").strip() for name in BLOCKS}
    _check(told)
    with deed(viewer, engine, Did.ACTED, f"bulletin {month}", release=release) as connection:
        now = latest(viewer, connection, month)
        if now is not None and now.version != seen:
            raise Superseded(now)
        # Asked for after the audit log's turn was taken: whatever is older has been written.
        made = Version(
            viewer.city, month, seen + 1, release, datetime.now(UTC), viewer.name[:300],
            viewer.shown[:128], told,
        )  # fmt: skip
        connection.execute(insert(BULLETINS).values(**vars(made)))
        return made


def latest(viewer: Viewer, connection: Connection, month: str) -> Version | None:
    """The newest version of a month. Refused."""
    found = versions(viewer, connection, month)
    return found[0] if found else None


def versions(viewer: Viewer, connection: Connection, month: str) -> list[Version]:
    """The versions of a month, newest first. Refused."""
    require(viewer, *MAKERS)
    mine = BULLETINS.c.city == viewer.city, BULLETINS.c.month == month
    query = select(BULLETINS).where(*mine).order_by(BULLETINS.c.version.desc())
    return [_version(row) for row in connection.execute(query)]


def fetch(viewer: Viewer, engine: Engine, month: str, version: int, form: str) -> Version | None:
    """A version that is to be taken away as a file, on record. Refused."""
    with deed(viewer, engine, Did.DOWNLOADED, f"bulletin {month}", version=str(version),
              form=form) as connection:  # fmt: skip
        found = versions(viewer, connection, month)
        return next((one for one in found if one.version == version), None)


def _check(texts: Mapping[str, str]) -> None:
    for name, text in texts.items():
        if len(text) > LONGEST:
            raise BadText(name, f"at most {LONGEST} characters")
        if masking.text(text, ()) != text:
            raise BadText(name, "a telephone number or an identity card")


def _version(row: Row[tuple[object, ...]]) -> Version:
    return Version(*(row._mapping[name] for name in Version.__annotations__))
