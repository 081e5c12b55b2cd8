"""The manifest of a release: what is in it, what it was made by, and what came before."""

import hashlib
import json
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from data_access.published import DIMENSIONS
from data_access.settings import (
    CHAIN,
    DEFINITIONS,
    FILES,
    LATTICE,
    MANIFEST,
    PROJECT,
    SIGNED,
)
from metrics import lattice, registry
from pipeline import chain
from pipeline.contents import SYNTHETIC_LABEL, Contents
from pipeline.open_files import writing

CODE = ("cities", "data_access", "metrics", "pipeline")  # what a figure depends on
ENGINES = ("duckdb", "numpy", "pandas", "pyarrow", "scipy", "SQLAlchemy")


def write(folder: Path, name: str, contents: Contents, before: list[chain.Link]) -> None:
    """Write everything of a release but its database, the manifest and its SHA-256 last."""
    for file, content in contents.files.items():
        path = folder / FILES / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    known = registry.everything()
    texts = {key: (registry.FOLDER / f"{key}.toml").read_bytes().decode() for key in known}
    (folder / DEFINITIONS).write_text(_json(texts), "utf-8")
    tables = [vars(table) for table in lattice.tables()]
    (folder / LATTICE).write_text(_json(tables), "utf-8")
    (folder / CHAIN).write_text(chain.render(before), "utf-8")
    made = _manifest(folder, name, contents, before)
    writing.write(folder, made, contents.tables)
    (folder / MANIFEST).write_text(_json(made | {"files": _files(folder)}), "utf-8")
    (folder / SIGNED).write_text(f"{chain.sha256(folder / MANIFEST)}  {MANIFEST}\n", "ascii")


def _manifest(
    folder: Path, name: str, contents: Contents, before: list[chain.Link]
) -> dict[str, Any]:
    cells = contents.tables["cells"]
    tables: dict[str, dict[str, Any]] = {
        name: {"rows": len(table)} for name, table in contents.tables.items()
    }
    tables["cells"] |= {
        "withheld": int(cells["withheld"].notna().sum()),
        "dimensions": DIMENSIONS,
    }
    return {
        "id": name,
        "number": len(before) + 1,
        "city": contents.city,
        "as_of": str(contents.as_of),
        "published_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "synthetic": contents.synthetic,
        "label": SYNTHETIC_LABEL if contents.synthetic else "",
        "cases": contents.cases,
        "tables": tables,
        "corrects": vars(contents.corrects) if contents.corrects else None,
        "definitions": {key: metric.sha256 for key, metric in registry.everything().items()},
        "code": {"python": platform.python_version(), "sources": sources()},
        "engine": {package: version(package) for package in ENGINES},
        "files": _files(folder),
        "previous": before[-1]._asdict() if before else None,
    }


def _files(folder: Path) -> dict[str, str]:
    there = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): chain.sha256(path) for path in there}


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def sources() -> str:
    """One SHA-256 of all code and data files of the project that a figure depends on."""
    digest = hashlib.sha256()
    for folder in CODE:
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(f"{path.relative_to(PROJECT)} {chain.sha256(path)}\n".encode())
    return digest.hexdigest()
