"""schema.org in the served HTML: the catalogue of open data, for search engines of data sets."""

import json
from collections.abc import Mapping
from typing import Any

import cities
from components.locales import LANGUAGES, text
from components.open_data_snippets import tables
from data_access import shelf
from data_access.published import Release
from data_access.shelf import Shelved
from metrics import registry

SHORTEST = 50  # characters of a description that Google reads
SHOWN = "cells"  # the set whose metrics are named
Object = dict[str, Any]


def script(language: str, release: Release, site: str) -> str:
    """The block for the head of the page; it is data, so no policy of scripts touches it."""
    told = json.dumps(catalogue(language, release, site), ensure_ascii=False)
    told = told.replace("<", "\\u003c")
    return f'<script type="application/ld+json">{told}</script>'


def catalogue(language: str, release: Release, site: str) -> Object:
    """A DataCatalog with a Dataset for every set of the release."""
    shelved = shelf.open_shelf(release.folder)
    city = cities.profile(release.city)
    page = f"{site}/open_data"
    publisher = {"@type": "GovernmentOrganization", "name": city.names[language]} | (
        {"telephone": city.hotline} if city.hotline else {}
    )
    return {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "@id": f"{page}#catalogue",
        "name": text(language, "page.open_data.title"),
        "description": text(language, "page.open_data.about"),
        "url": page,
        "inLanguage": LANGUAGES[language],
        "publisher": publisher,
        "dataset": [
            _dataset(language, shelved, item, package, site) | {"creator": publisher}
            for item, package in shelf.packages(shelved).items()
        ],
    }


def _dataset(
    language: str, shelved: Shelved, item: str, package: Mapping[str, Any], site: str
) -> Object:
    release = shelved.release
    folder = f"{site}/open-data/{release.city}-{item}/{release.id}/"
    told: Object = {
        "@type": "Dataset",
        "@id": folder,
        "name": package["titles"][language],
        "description": _about(language, release, package),
        "url": folder,
        "identifier": f"{release.city}-{item}/{release.id}",
        "version": release.id,
        "license": package["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "inLanguage": list(LANGUAGES.values()),
        "datePublished": release.published_at.isoformat(),
        "dateModified": release.published_at.isoformat(),
        "temporalCoverage": f"../{release.as_of}",
        "spatialCoverage": cities.profile(release.city).names[language],
        "includedInDataCatalog": {"@id": f"{site}/open_data#catalogue"},
        "distribution": [_file(folder, one) for one in _files(package)],
    }
    if item == SHOWN:
        told["variableMeasured"] = [
            {"@type": "PropertyValue", "name": one.wording[language].name, "unitText": one.unit}
            for one in registry.everything().values()
        ]
    return told


def _files(package: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Each table once, as CSV, and the workbook; the address of the set lists all forms."""
    books = [one for one in package["resources"] if one["path"].endswith(".xlsx")]
    return [*tables(package).values(), *books]


def _about(language: str, release: Release, package: Mapping[str, Any]) -> str:
    """What the set holds, as of when; made-up data say so first."""
    label = [text(language, "site.synthetic_short")] * release.synthetic
    day = text(language, "site.as_of", day=release.as_of)
    told = [*label, package["descriptions"][language], day]
    if len("".join(told)) < SHORTEST:
        told.append(text(language, "page.open_data.about"))
    return text(language, "open_data.and").join(one.rstrip(".。") for one in told)


def _file(folder: str, resource: Mapping[str, Any]) -> Object:
    told = {
        "@type": "DataDownload",
        "contentUrl": f"{folder}{resource['path']}",
        "encodingFormat": resource["mediatype"],
        "sha256": resource["hash"].removeprefix("sha256:"),
    }
    return told | ({"contentSize": f"{resource['bytes']} B"} if "bytes" in resource else {})
