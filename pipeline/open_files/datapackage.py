"""`datapackage.json`: Data Package version 2 (https://datapackage.org), one a set."""

from typing import Any

from pipeline.open_files import licences
from pipeline.open_files.files import File
from pipeline.open_files.model import About, Field, Set, Table

PROFILE = "https://datapackage.org/profiles/2.0"


def package(item: Set, files: list[File], about: About) -> dict[str, Any]:
    """The whole description. A title is Chinese; `titles` has it in both languages."""
    licence = licences.known(about.licence)
    return {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": about.place(item.id),
        "id": f"{about.place(item.id)}/{about.release}",
        **_worded(item.title, item.about),
        "version": about.release,
        "created": about.published_at,
        "as_of": about.as_of,
        "label": about.label,
        "position": item.position,
        "keywords": [about.hotline, about.city, about.label or "open data"],
        "contributors": [{"title": _publisher(about), "roles": ["publisher"]}],
        "licenses": [{"name": licence.id, "path": licence.url, "title": licence.title}],
        "resources": [_resource(file) for file in files if not file.packed],
    }


def _publisher(about: About) -> str:
    return f"{about.city_name['zh']} {about.hotline} {about.label}".rstrip()


def _worded(title: Any, about: Any) -> dict[str, Any]:
    return {
        "title": title["zh"], "description": about["zh"],
        "titles": dict(title), "descriptions": dict(about),
    }  # fmt: skip


def _resource(file: File) -> dict[str, Any]:
    """One file; the plain CSV has the schema, the other forms name the table they hold."""
    name = file.name.removesuffix(".csv") if file.plain else file.name.replace(".", "-")
    told: dict[str, Any] = {
        "name": name.lower(),
        "path": file.name,
        "format": file.format,
        "mediatype": file.media,
        "hash": f"sha256:{file.sha256}",
    }
    if file.format != "parquet":  # whose bytes Frictionless does not count, and then misses
        told["bytes"] = file.bytes
    if file.table:
        told |= {"title": file.table.title["zh"], "titles": dict(file.table.title)}
        told |= {"table": file.table.name, "table_rows": len(file.table.frame)}
    if file.format == "csv":
        told["encoding"] = "utf-8"
    if file.plain and file.table:
        told["type"] = "table"
        told["dialect"] = {"delimiter": ",", "lineTerminator": "\n"}
        told["schema"] = schema(file.table)
    return told


def schema(table: Table) -> dict[str, Any]:
    """Table Schema version 2."""
    told: dict[str, Any] = {
        "$schema": f"{PROFILE}/tableschema.json",
        "fields": [_field(field, field.name in table.key) for field in table.fields],
        "missingValues": [{"value": "", "label": "空 empty"}],
    }
    return told | ({"primaryKey": list(table.key)} if table.key else {})


def _field(field: Field, required: bool) -> dict[str, Any]:
    told: dict[str, Any] = {"name": field.name, "type": field.type}
    told |= _worded(field.title, field.about)
    if required:
        told["constraints"] = {"required": True}
    if field.values:
        told["categories"] = [
            {"value": code, "label": f"{text['zh']} {text['en']}", "labels": dict(text)}
            for code, text in field.values.items()
        ]
    if field.empty:
        label = f"{field.empty['zh']} {field.empty['en']}"
        told["missingValues"] = [{"value": "", "label": label, "labels": dict(field.empty)}]
    return told
