"""How to cite a kit: as a line, as BibTeX and as CSL-JSON, with release, day and checksum."""

import json
import re

import cities
from components import story_words, words
from components.locales import LANGUAGES, text
from web.kit.question import Question

TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def line(asked: Question) -> str:
    """One line, for people."""
    return story_words.citation(
        asked.language, asked.release, asked.place, asked.sha256, asked.address
    )


def _title(asked: Question) -> str:
    return story_words.title(asked.language, asked.release, asked.place)


def _author(asked: Question) -> str:
    city = cities.profile(asked.release.city)
    told = {"city": words.city_name(asked.language, city), "hotline": city.hotline}
    return text(asked.language, "kit.author", **told)


def _note(asked: Question) -> str:
    """What no field of a bibliography has a place for."""
    release, language = asked.release, asked.language
    told = [
        *filter(None, [asked.label]), text(language, "site.as_of", day=release.as_of),
        cities.profile(release.city).licence, f"SHA-256 {asked.sha256}",
    ]  # fmt: skip
    return text(language, "open_data.and").join(told)


def bibtex(asked: Question) -> str:
    """For LaTeX; UTF-8, so Chinese stays as it is."""
    on = asked.release.published_at.date()
    fields = {
        "title": f"{{{_tex(_title(asked))}}}", "author": f"{{{_tex(_author(asked))}}}",
        "year": f"{on:%Y}", "month": f"{on:%m}", "version": asked.release.id,
        "url": asked.address, "note": _tex(_note(asked)),
        "langid": {"zh": "chinese"}.get(asked.language, "english"),
    }  # fmt: skip
    told = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@misc{{{_key(asked)},\n{told}}}\n"


def csl(asked: Question) -> str:
    """For Zotero and other programs: CSL-JSON."""
    on = asked.release.published_at.date()
    item = {
        "id": _key(asked), "type": "dataset", "title": _title(asked),
        "author": [{"literal": _author(asked)}], "publisher": _author(asked),
        "issued": {"date-parts": [[on.year, on.month, on.day]]}, "version": asked.release.id,
        "URL": asked.address, "note": _note(asked), "language": LANGUAGES[asked.language],
    }  # fmt: skip
    return json.dumps([item], ensure_ascii=False, indent=1) + "\n"


def _key(asked: Question) -> str:
    """A key that BibTeX can read."""
    return re.sub(r"[^A-Za-z0-9-]", "-", asked.name)


def _tex(told: str) -> str:
    return "".join(TEX.get(letter, letter) for letter in told)
