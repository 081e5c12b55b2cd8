"""The way back out of quarantine: export the rows that were kept back, mend them, ingest again.

The file has the columns of the source it came from, so it can be ingested as it is; columns
that begin with an underscore are ours and say what is wrong. `_finding` names the findings that
a mended row settles once it is taken in.
"""

import csv
from pathlib import Path

from sqlalchemy import Engine

from data_access.cases import store

SETTLES = "_finding"
NOTES = (SETTLES, "_row", "_column", "_value", "_rule", "_remedy")


def export(engine: Engine, city: str, source: str, path: Path) -> int:
    """Write every row still in quarantine, once each with all that is wrong; return how many.

    The encoding is UTF-8 with a mark, which spreadsheets and this program both read.
    """
    rows: dict[tuple[tuple[str, str], ...], list[store.Quarantined]] = {}
    for finding in store.quarantined(engine, city, source):
        rows.setdefault(tuple(finding.raw.items()), []).append(finding)
    header = list(dict.fromkeys(name for raw in rows for name, _ in raw))
    with path.open("w", encoding="utf-8-sig", newline="") as content:
        writer = csv.DictWriter(content, [*header, *NOTES], restval="")
        writer.writeheader()
        for raw, findings in rows.items():
            writer.writerow(dict(raw) | _notes(findings))
    return len(rows)


def _notes(findings: list[store.Quarantined]) -> dict[str, str]:
    def told(name: str) -> str:
        return "; ".join(str(getattr(finding, name)) for finding in findings)

    fields = ("id", "row", "column", "value", "rule", "remedy")
    return dict(zip(NOTES, (told(name) for name in fields), strict=True))


def settles(note: str) -> list[int]:
    """The findings that a `_finding` field names; whatever is not a number is passed over."""
    return [int(part) for part in note.replace(";", " ").split() if part.isdigit()]
