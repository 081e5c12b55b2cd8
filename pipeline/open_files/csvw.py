"""CSV on the Web (W3C Recommendation, 2015): `<file>.csv-metadata.json` beside each plain CSV."""

from typing import Any

from pipeline.open_files import licences
from pipeline.open_files.files import File
from pipeline.open_files.model import About, Field, Set, Table

TYPES = {"string": "string", "integer": "integer", "number": "double", "boolean": "boolean"}


def metadata(item: Set, file: File, table: Table, about: About) -> dict[str, Any]:
    """What a CSV file is and what its columns mean. The first title of a column is its header."""
    columns = [_column(field, field.name in table.key) for field in table.fields]
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "url": file.name,
        "dc:title": [
            {"@value": f"{item.title[name]}: {table.title[name]}", "@language": name}
            for name in ("zh", "en")
        ],
        "dc:identifier": f"{about.place(item.id)}/{about.release}/{file.name}",
        "dc:license": {"@id": licences.known(about.licence).url},
        "dc:modified": {"@value": about.published_at[:10], "@type": "xsd:date"},
        "rdfs:comment": about.label or about.city,
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\n"], "header": True},
        "tableSchema": {"columns": columns} | _key(table),
    }


def _key(table: Table) -> dict[str, Any]:
    return {"primaryKey": list(table.key)} if table.key else {}


def _column(field: Field, required: bool) -> dict[str, Any]:
    titles = {"und": field.name, "zh": field.title["zh"], "en": field.title["en"]}
    told: dict[str, Any] = {"name": field.name, "titles": titles, "datatype": TYPES[field.type]}
    told |= {"required": True} if required else {"null": [""]}
    about = [{"@value": field.about[name], "@language": name}
             for name in ("zh", "en") if field.about[name]]  # fmt: skip
    return told | ({"dc:description": about} if about else {})
