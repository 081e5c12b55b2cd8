"""The manifest, the files that it names, and its place in the chain: checks by SHA-256 alone."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_access.settings import CHAIN, DATABASE, DEFINITIONS, MANIFEST, REMOVED, SIGNED
from pipeline import chain
from pipeline.verify.report import Check

Manifest = dict[str, Any]
LOG = f"{DATABASE}.wal"  # DuckDB reads such a file, if there is one, into the database


def manifest(folder: Path) -> Check:
    """Whether the manifest is, byte for byte, the one that was signed when it was published."""
    said = (folder / SIGNED).read_text("utf-8").split()
    found = chain.sha256(folder / MANIFEST)
    if said[:1] == [found]:
        return Check("manifest", f"its SHA-256 is {found}, as {SIGNED} says")
    told = said[0] if said else "nothing"
    return Check(
        "manifest", f"compared with {SIGNED}",
        (f"{MANIFEST}: altered; its SHA-256 is {found}, {SIGNED} says {told}",),
    )  # fmt: skip


def files(folder: Path, manifest: Manifest) -> Check:
    """Whether every file that the manifest names is there and unaltered."""
    removed = _removed(folder)
    failed, unchecked = [], []
    if (folder / LOG).exists():
        failed.append(f"{LOG}: would change what {DATABASE} says; remove it")
    for name, digest in manifest["files"].items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            failed.append(f"{name}: lies outside the release")
        elif path.is_file():
            if chain.sha256(path) != digest:
                failed.append(f"{name}: not the file that the manifest names")
        elif name in removed:
            unchecked.append(f"{name}: removed on {removed[name]}")
        else:
            failed.append(f"{name}: missing; download it again")
    known = {*manifest["files"], MANIFEST, SIGNED, REMOVED}
    there = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    unchecked += [f"{name}: not part of the release" for name in sorted(map(str, there))
                  if name not in known]  # fmt: skip
    count = len(manifest["files"])
    return Check("files", f"{count} files against the manifest", tuple(failed), tuple(unchecked))


def _removed(folder: Path) -> dict[str, str]:
    """Of a release whose figures were removed by retention: when and why, by file."""
    if not (folder / REMOVED).is_file():
        return {}
    told = json.loads((folder / REMOVED).read_text("utf-8"))
    return dict.fromkeys(told["files"], f"{told['on']}: {told['why']}")


def definitions(folder: Path, manifest: Manifest) -> Check:
    """Whether each definition in the folder is the one that the manifest names."""
    texts = json.loads((folder / DEFINITIONS).read_text("utf-8"))
    found = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in texts.items()}
    said = manifest["definitions"]
    failed = [
        f"definition of {name}: not the one that the manifest names"
        for name in sorted({*found, *said})
        if found.get(name) != said.get(name)
    ]
    return Check("definitions", f"{len(said)} against the manifest", tuple(failed))


def place(folder: Path, manifest: Manifest) -> Check:
    """Whether the release's own account of the releases before it agrees with itself."""
    before = chain.read(folder)
    names = [link.id for link in before]
    last = before[-1]._asdict() if before else None
    failed = [
        text
        for wrong, text in (
            (len({*names, manifest["id"]}) <= len(names), "names a release twice"),
            (manifest["previous"] != last, "does not end with the release that came before"),
            (manifest["number"] != len(before) + 1, "has not as many lines as releases before"),
        )
        if wrong
    ]
    said = f"{len(before)} releases before this one"
    return Check("chain", said, tuple(f"{CHAIN}: {text}" for text in failed))


def beside(folder: Path, manifest: Manifest) -> list[Check]:
    """What other releases in the same folder say of this one, and this one of them."""
    this, before = chain.link(folder), dict(chain.read(folder))
    others = [
        path
        for path in chain.folders(folder.parent)
        if path.resolve() != folder.resolve() and _city(path) in (None, manifest["city"])
    ]
    there = {link.id: link for link in map(chain.link, others)}
    later = {path.name: _recorded(path, this.id) for path in others}
    witnesses = {name: sha for name, sha in later.items() if sha is not None}
    resigned = tuple(
        f"{this.id}: re-signed after it was published: {name} recorded the manifest {sha}, "
        f"here it is {this.sha256}"
        for name, sha in witnesses.items()
        if sha != this.sha256
    )
    rewritten = tuple(
        f"{name}: rewritten after it was published: its manifest is {link.sha256}, this release "
        f"recorded {before[name]}. Restore its folder from a copy, or move it away"
        for name, link in sorted(there.items())
        if before.get(name, link.sha256) != link.sha256
    )
    compared = before.keys() & there.keys()
    absent = len(before) - len(compared)
    why = (f"{absent} of the {len(before)} releases before it: not beside this folder",)
    return [
        Check("later releases", f"{len(witnesses)} beside it record this one", resigned),
        Check(
            "earlier releases", f"{len(compared)} beside it, as this one recorded them",
            rewritten, why if absent else (), others=True,
        ),
    ]  # fmt: skip


def _city(folder: Path) -> str | None:
    """The city of another release, or None if its manifest cannot be read."""
    try:
        return str(json.loads((folder / MANIFEST).read_text("utf-8"))["city"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _recorded(folder: Path, name: str) -> str | None:
    """The SHA-256 under which another release recorded the one of this name."""
    try:
        text = (folder / CHAIN).read_text("utf-8")
    except (OSError, ValueError):
        return None
    found = [line.split()[0] for line in text.splitlines() if line.endswith(f"  {name}")]
    return found[0] if found else None


def outside(folder: Path, known: Mapping[str, str]) -> Check:
    """Compare with lines that the reader kept elsewhere: the only witness of the newest one."""
    this = chain.link(folder)
    told = dict([*chain.read(folder), this])
    compared = sorted(known.keys() & told.keys())
    failed = tuple(
        f"{name}: re-signed: the line you kept says {known[name]}, here it is {told[name]}"
        for name in compared
        if known[name] != told[name]
    )
    unchecked: tuple[str, ...] = ()
    if this.id not in known:
        unchecked = (
            "whether this release was signed anew since it was published: only a line kept "
            f"elsewhere can show that. Keep this one, and give it with --known next time: "
            f"{this.id}:{this.sha256}",
        )  # fmt: skip
    return Check("lines you kept", f"{len(compared)} compared", failed, unchecked)
