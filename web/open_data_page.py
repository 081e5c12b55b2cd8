"""The lists of /open-data: plain HTML that needs no script, and the same for machines."""

from collections.abc import Sequence
from html import escape
from typing import Any

import cities
from components import locales
from components.locales import text
from data_access import shelf
from data_access.published import current
from data_access.shelf import WHOLE, Shelved

STYLE = """
:root{color-scheme:light dark}body{margin:0 auto;max-width:64rem;padding:1rem;line-height:1.6;
font-family:'Noto Sans CJK SC','Noto Sans SC','PingFang SC','Microsoft YaHei','Segoe UI',sans-serif}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:.4rem .75rem .4rem 0;
border-bottom:1px solid #8885;vertical-align:top}td:last-child,td:first-child{min-width:5rem}
code{font-size:.8rem;overflow-wrap:anywhere}div{overflow-x:auto}
.label{padding:.5rem 1rem;background:#8882;border-radius:.5rem}
"""
Row = dict[str, Any]
THOUSAND = 1_000


def listed(city: str) -> Row:
    """The sets of the release in force, with their addresses."""
    release = current(city)
    if release is None:
        return {}
    shelved = shelf.open_shelf(release.folder)
    told = [_set(city, item, package) for item, package in shelf.packages(shelved).items()]
    return {
        "city": city,
        "release": release.id,
        "as_of": str(release.as_of),
        "label": shelf.label(shelved),
        "whole": f"/open-data/{city}-{WHOLE}/latest/",
        "catalogue": f"/open-data/{city}-{WHOLE}/latest/files/dcat.jsonld",
        "sets": told,
    }


def _set(city: str, item: str, package: Row) -> Row:
    return {
        "set": f"{city}-{item}",
        "titles": package["titles"],
        "descriptions": package["descriptions"],
        "latest": f"/open-data/{city}-{item}/latest/",
    }


def versions(city: str, item: str) -> list[Row]:
    """The releases that have a set, newest first, and what became of each."""
    there = shelf.versions(city)
    now = current(city)
    withdrawn = {s.release.corrects.id: s.release.id for s in there if s.release.corrects}
    return [
        {
            "release": shelved.release.id,
            "as_of": str(shelved.release.as_of),
            "published_at": shelved.release.published_at.isoformat(),
            "in_force": now is not None and now.id == shelved.release.id,
            "corrects": vars(corrects) if (corrects := shelved.release.corrects) else None,
            "withdrawn_by": withdrawn.get(shelved.release.id),
            "removed": shelf.removed(shelved),
            "address": f"/open-data/{city}-{item}/{shelved.release.id}/",
        }
        for shelved in there
        if item == WHOLE or item in shelved.sets()
    ]


def files(shelved: Shelved, item: str) -> list[Row]:
    """The files of a set that are there, with sizes and checksums."""
    package = shelf.described(shelved, item) or {}
    told = {resource["path"]: resource for resource in package.get("resources", ())}
    return [
        {
            "name": name,
            "bytes": shelved.path(path).stat().st_size,
            "sha256": shelved.files[path],
            "titles": told.get(name, {}).get("titles", {}),
            "rows": told.get(name, {}).get("table_rows"),
        }
        for name, path in shelved.within(item).items()
        if shelved.path(path).is_file()
    ]


def chinese_name(shelved: Shelved, item: str, name: str) -> str:
    """The name under which a Chinese computer saves a file of data; empty if it has none."""
    package = shelf.described(shelved, item) or {}
    titles = {resource["path"]: resource.get("title") for resource in package.get("resources", ())}
    if name not in titles:
        return ""
    city = cities.profile(shelved.release.city).names["zh"]
    parts = (city, package["title"], titles[name], shelved.release.id)
    excel = "（Excel）" if name.endswith("-excel.csv") else ""
    return "-".join(filter(None, parts)) + excel + name[name.index(".") :]


def index(language: str, found: dict[str, Row]) -> str:
    """Every set of every city."""
    body = "".join(_city(language, city, told) for city, told in found.items())
    return page(language, text(language, "page.open_data.files.title"), body)


def _city(language: str, city: str, told: Row) -> str:
    name = cities.profile(city).names[language]
    addresses = [
        (item["set"], item["latest"], item["titles"][language], item["descriptions"][language])
        for item in told["sets"]
    ]
    whole = (text(language, f"page.open_data.files.{key}") for key in ("whole", "whole_about"))
    addresses.append((f"{city}-{WHOLE}", told["whole"], *whole))
    earlier = text(language, "page.open_data.files.versions")
    rows = [
        (link(latest, title), escape(about), link(f"/open-data/{place}/", earlier))
        for place, latest, title, about in addresses
    ]
    heads = [text(language, f"page.open_data.files.{key}") for key in ("set", "about", "versions")]
    return f"<h2>{escape(name)}</h2>{_label(told['label'])}{table(heads, rows)}"


def releases(language: str, place: str, found: list[Row]) -> str:
    """The releases of a set."""
    rows = [
        (
            link(item["address"], item["release"]),
            escape(item["as_of"]),
            escape(item["published_at"][:10]),
            escape(_state(language, item)),
        )
        for item in found
    ]
    heads = [
        text(language, f"page.open_data.files.{k}") for k in ("release", "as_of", "on", "state")
    ]
    return page(language, place, table(heads, rows), "/open-data/")


def _state(language: str, item: Row) -> str:
    told = [text(language, "page.open_data.files.in_force")] * item["in_force"]
    if item["corrects"]:
        told.append(text(language, "page.open_data.files.corrects", **item["corrects"]))
    if item["withdrawn_by"]:
        told.append(text(language, "page.open_data.files.withdrawn", id=item["withdrawn_by"]))
    told += [text(language, "page.open_data.files.removed")] * item["removed"]
    return text(language, "open_data.and").join(told)


def folder(language: str, place: str, release: str, label: str, found: list[Row]) -> str:
    """The files of a set in one release."""
    rows = [
        (
            link(item["name"], item["name"]),
            escape(item["titles"].get(language, "")),
            f"{-(-item['bytes'] // THOUSAND):,} kB",
            f"<code>{item['sha256']}</code>",
        )
        for item in found
    ]
    heads = [text(language, f"page.open_data.files.{k}") for k in ("file", "table", "size")]
    body = _label(label) + table([*heads, "SHA-256"], rows)
    return page(language, f"{place} {release}", body, f"/open-data/{place}/")


def _label(label: str) -> str:
    return f'<p class="label">{escape(label)}</p>' if label else ""


def link(address: str, words: str) -> str:
    return f'<a href="{escape(address)}">{escape(words)}</a>'


def table(heads: list[str], rows: Sequence[tuple[str, ...]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<div><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"


def page(language: str, title: str, body: str, above: str = "") -> str:
    up = link(above, text(language, "page.open_data.files.up")) if above else ""
    page = link(f"/open_data?lang={language}", text(language, "page.open_data.title"))
    return (
        f'<!doctype html><html lang="{locales.LANGUAGES[language]}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><body><p>{page} {up}</p>"
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
