"""README, CHANGELOG, LICENSE and SHA256SUMS of a set, from the texts of papers.toml."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.open_files import changes, licences
from pipeline.open_files.changes import Changes
from pipeline.open_files.files import File
from pipeline.open_files.model import LANGUAGES, About, Set

FILE = Path(__file__).with_name("papers.toml")
RULE = "\n---\n\n"


@cache
def _texts() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text("utf-8"))


def readme(item: Set, files: list[File], about: About) -> str:
    """What is in the folder and how to use it: Chinese first, then English."""
    return RULE.join(_readme(item, files, about, language) for language in LANGUAGES)


def _readme(item: Set, files: list[File], about: About, language: str) -> str:
    text, licence = _texts()["readme"][language], licences.known(about.licence)
    rows = "".join(
        f"| {table.name} | {table.title[language]} | {len(table.frame):,} |\n"
        for table in item.tables
    )
    told: str = text.format(
        city=about.city_name[language], title=item.title[language], about=item.about[language],
        release=about.release, as_of=about.as_of, label=about.label or "–", rows=rows,
        place=about.place(item.id), licence=licence.id, url=licence.url, hotline=about.hotline,
    )  # fmt: skip
    return told


def licence(about: About) -> str:
    """Under which licence the files are, and who is to be named."""
    chosen = licences.known(about.licence)
    return RULE.join(
        str(_texts()["licence"][language]).format(
            city=about.city_name[language], hotline=about.hotline, licence=chosen.id,
            title=chosen.title, url=chosen.url, text=chosen.text, release=about.release,
            label=about.label or "–",
        )
        for language in LANGUAGES
    )  # fmt: skip


def changelog(about: About, found: Changes | None, earlier: str) -> str:
    """What is new in this release, above what an earlier changelog says."""
    entry = "".join(_entry(about, found, language) for language in LANGUAGES)
    title = f"# CHANGELOG {about.city_name['zh']} {about.label}".rstrip()
    rest = earlier.partition("\n\n")[2]
    return f"{title}\n\n## {about.release}\n\n{entry}{rest and chr(10)}{rest}"


def _entry(about: About, found: Changes | None, language: str) -> str:
    text = _texts()["changes"][language]
    lines = [text["as_of"].format(as_of=about.as_of, cases=f"{about.cases:,}")]
    if about.corrects:
        lines.append(text["corrects"].format(id=about.corrects, reason=about.reason))
    if found is None:
        lines.append(text["first"])
    else:
        lines += [text[name].format(**values) for name, values in changes.told(found)]
    return "".join(f"- {line}\n" for line in lines) + "\n"


def sums(names: dict[str, str], label: str) -> str:
    """What `sha256sum -c` reads; a line with # is a remark to it."""
    remark = f"# {label}\n" if label else ""
    return remark + "".join(f"{sha}  {name}\n" for name, sha in sorted(names.items()))
