"""The files of a release: every set in every form, described for people and for machines.

All is made when the release is, so what is served later are plain files with known checksums. The
same release gives the same bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

import cities
from data_access.settings import FILES, MANIFEST
from pipeline import difference
from pipeline.open_files import changes, csvw, datapackage, dcat, dictionary, files, papers, sets
from pipeline.open_files.changes import Changes
from pipeline.open_files.model import About, Set, Table

CHANGES, CHANGELOG, CATALOGUE, SUMS = "changes.json", "CHANGELOG.md", "dcat.jsonld", "SHA256SUMS"


def write(folder: Path, manifest: dict[str, Any], tables: Mapping[str, pd.DataFrame]) -> None:
    """Fill the folder `files/` of a release that is being made.

    `manifest` is what is known of it so far; its database is written already.
    """
    about = _about(manifest)
    home = folder / FILES
    home.mkdir(exist_ok=True)
    found, earlier = _changes(folder, manifest)
    log = papers.changelog(about, found, earlier)
    (home / CHANGELOG).write_text(log, "utf-8")
    (home / CHANGES).write_text(_json(changes.plain(found) if found else {}), "utf-8")
    made = {item.id: item for item in sets.sets(tables, about)}
    for name, item in made.items():
        (home / name).mkdir()
        _write(home / name, item, about, log)
    (home / CATALOGUE).write_text(_json(dcat.catalogue(made, about)), "utf-8")


def _write(folder: Path, item: Set, about: About, log: str) -> None:
    """One set: its data first, then what describes them, and the checksums last."""
    made = files.write(folder, item, _columns(item, about.label))
    (folder / "datapackage.json").write_text(_json(datapackage.package(item, made, about)), "utf-8")
    (folder / CATALOGUE).write_text(_json(dcat.dataset(item, made, about)), "utf-8")
    for file in made:
        if file.plain and file.table:
            text = _json(csvw.metadata(item, file, file.table, about))
            (folder / f"{file.name}-metadata.json").write_text(text, "utf-8")
    (folder / "README.md").write_text(papers.readme(item, made, about).lstrip(), "utf-8")
    (folder / "LICENSE").write_text(papers.licence(about).lstrip(), "utf-8")
    (folder / CHANGELOG).write_text(log, "utf-8")
    names = {path.name: _sha256(path) for path in sorted(folder.iterdir())}
    (folder / SUMS).write_text(papers.sums(names, about.label), "utf-8")


def _columns(item: Set, label: str) -> Table:
    """The dictionary: a row for each column and, below it, one for each code that it may hold."""
    rows: list[dict[str, Any]] = []
    for table in item.tables:
        for field in table.fields:
            empty = field.empty or {}
            told = {"table": table.name, "column": field.name, "type": field.type}
            rows.append(
                told | {"code": None}
                | {f"title_{name}": text for name, text in field.title.items()}
                | {f"about_{name}": text for name, text in field.about.items()}
                | {f"empty_{name}": empty.get(name, "") for name in ("zh", "en")}
            )  # fmt: skip
            rows += [
                told | {"code": code} | {f"title_{name}": text for name, text in words.items()}
                for code, words in field.values.items()
            ]
    frame = pd.DataFrame(rows).fillna("").assign(label=label)
    return dictionary.table("dictionary", frame, ())


def _about(manifest: dict[str, Any]) -> About:
    city, told = cities.profile(manifest["city"]), manifest["corrects"] or {}
    before = manifest["previous"] or {}
    return About(
        city.id, city.names, city.hotline, manifest["id"], manifest["as_of"],
        manifest["published_at"], manifest["cases"], manifest["label"], city.licence,
        before.get("id"), told.get("id"), told.get("reason", ""),
    )  # fmt: skip


def _changes(folder: Path, manifest: dict[str, Any]) -> tuple[Changes | None, str]:
    """What changed since the release before, and its changelog; nothing if it is not there."""
    if manifest["previous"] is None:
        return None, ""
    before = folder.parent / manifest["previous"]["id"]
    if not (before / MANIFEST).is_file():
        return None, ""
    old = json.loads((before / MANIFEST).read_text("utf-8"))
    found = difference.compare(before, old, folder, manifest)
    log = before / FILES / CHANGELOG
    earlier = log.read_text("utf-8") if log.is_file() else ""
    return changes.changes(found, old, manifest), earlier


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
