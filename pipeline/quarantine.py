"""The way back out of quarantine: export the rows that were kept back, mend them, ingest again.

The file has the columns of the source it came from, so it can be ingested as it is; columns
that begin with an underscore are ours and say what is wrong. `_finding` names the findings that
a mended row settles once it is taken in.
"""

import csv
import re
from pathlib import Path

from sqlalchemy import Engine

from data_access.cases import store

SETTLES = "_finding"
UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f]')  # in the name of a file
Kept = dict[tuple[tuple[str, str], ...], list[store.Quarantined]]  # row → what is wrong with it
NOTES = (SETTLES, "_row", "_column", "_value", "_rule", "_remedy")


def export(engine: Engine, city: str, source: str, path: Path) -> int:
    """Write every row still in quarantine, once each with all that is wrong; return how many.

    Rows of several tables go to a new folder, a CSV each. The encoding is UTF-8 with a mark,
    which spreadsheets and this program both read.
    """
    parts: dict[str, Kept] = {}
    for finding in store.quarantined(engine, city, source):
        rows = parts.setdefault(finding.part, {})
        rows.setdefault(tuple(finding.raw.items()), []).append(finding)
    if path.suffix.lower() == ".csv" or set(parts) == {""}:
        if len(parts) > 1:
            names = ", ".join(sorted(parts))
            raise ValueError(f"{path}: rows of several tables ({names}); name a folder, no .csv")
        _write(path, next(iter(parts.values()), {}))
    else:
        _fill(path, parts)
    return sum(len(rows) for rows in parts.values())


def _fill(folder: Path, parts: dict[str, Kept]) -> None:
    """A CSV a part, in a folder that holds nothing else to be ingested with them."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} holds other files; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in parts.items():
        _write(folder / f"{UNSAFE.sub('_', name) or 'rows'}.csv", rows)


def _write(path: Path, rows: Kept) -> None:
    header = list(dict.fromkeys(name for raw in rows for name, _ in raw))
    with path.open("w", encoding="utf-8-sig", newline="") as content:
        writer = csv.DictWriter(content, [*header, *NOTES], restval="")
        writer.writeheader()
        for raw, findings in rows.items():
            writer.writerow(dict(raw) | _notes(findings))


def _notes(findings: list[store.Quarantined]) -> dict[str, str]:
    def told(name: str) -> str:
        return "; ".join(str(getattr(finding, name)) for finding in findings)

    fields = ("id", "row", "column", "value", "rule", "remedy")
    return dict(zip(NOTES, (told(name) for name in fields), strict=True))


def settles(note: str) -> list[int]:
    """The findings that a `_finding` field names; whatever is not a number is passed over."""
    return [int(part) for part in note.replace(";", " ").split() if part.isdigit()]
