"""`dcat.jsonld`: DCAT 3 (W3C Recommendation, 2024), a set as a Dataset, a release as a Catalog.

Addresses are relative to the document, so they hold wherever the site is served.
"""

from collections.abc import Mapping
from typing import Any

from pipeline.open_files import licences
from pipeline.open_files.files import File
from pipeline.open_files.model import About, Set, Words

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "spdx": "http://spdx.org/rdf/terms#",
    "adms": "http://www.w3.org/ns/adms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA = "https://www.iana.org/assignments/media-types/"
LANGUAGES = "http://publications.europa.eu/resource/authority/language/"
MONTHLY = "http://publications.europa.eu/resource/authority/frequency/MONTHLY"


def dataset(item: Set, files: list[File], about: About) -> dict[str, Any]:
    """One set, served from its own folder."""
    return {"@context": CONTEXT} | _dataset(item, about, "") | {
        "dcat:distribution": [_distribution(file, about) for file in files]
    }  # fmt: skip


def catalogue(sets: Mapping[str, Set], about: About) -> dict[str, Any]:
    """Every set of a release; the document lies in the folder `files` of the release's address."""
    return {
        "@context": CONTEXT,
        "@id": "",
        "@type": "dcat:Catalog",
        "dct:title": _worded(
            {name: f"{about.city_name[name]} {about.hotline}" for name in ("zh", "en")}
        ),
        "dct:description": about.label or "open data",
        "dct:publisher": _publisher(about),
        "dct:license": {"@id": licences.known(about.licence).url},
        "dcat:version": about.release,
        "dcat:dataset": [
            _dataset(item, about, f"../../../{about.place(name)}/{about.release}/")
            for name, item in sets.items()
        ],
    }


def _dataset(item: Set, about: About, address: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "@id": address,
        "@type": "dcat:Dataset",
        "dct:title": _worded(item.title),
        "dct:description": _worded(item.about),
        "dct:identifier": f"{about.place(item.id)}/{about.release}",
        "dct:issued": {"@value": about.published_at, "@type": "xsd:dateTime"},
        "dct:modified": {"@value": about.published_at, "@type": "xsd:dateTime"},
        "dct:license": {"@id": licences.known(about.licence).url},
        "dct:publisher": _publisher(about),
        "dcat:contactPoint": {
            "@type": "vcard:Organization",
            "vcard:fn": _publisher(about)["foaf:name"],
            "vcard:hasTelephone": {"@id": f"tel:{about.hotline}"},
        },
        "dct:spatial": {"@type": "dct:Location", "dct:title": _worded(about.city_name)},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:endDate": {"@value": about.as_of, "@type": "xsd:date"},
        },
        "dct:language": [{"@id": f"{LANGUAGES}{name}"} for name in ("ZHO", "ENG")],
        "dct:accrualPeriodicity": {"@id": MONTHLY},
        "dcat:keyword": [about.hotline, about.city, about.label or "open data"],
        "dcat:version": about.release,
        "dcat:inSeries": {"@id": f"{address}../", "@type": "dcat:DatasetSeries"},
    }
    if about.previous:
        told["dcat:previousVersion"] = {"@id": f"{address}../{about.previous}/"}
    if about.corrects:
        told["adms:versionNotes"] = f"corrects {about.corrects}: {about.reason}"
    return told


def _distribution(file: File, about: About) -> dict[str, Any]:
    return {
        "@id": file.name,
        "@type": "dcat:Distribution",
        "dct:title": file.name,
        "dcat:accessURL": {"@id": ""},
        "dcat:downloadURL": {"@id": file.name},
        "dcat:mediaType": {"@id": f"{MEDIA}{file.media}"},
        "dcat:byteSize": {"@value": str(file.bytes), "@type": "xsd:nonNegativeInteger"},
        "dct:license": {"@id": licences.known(about.licence).url},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@value": file.sha256, "@type": "xsd:hexBinary"},
        },
    }


def _publisher(about: About) -> dict[str, Any]:
    name = f"{about.city_name['zh']} {about.hotline} {about.label}".rstrip()
    return {"@type": "foaf:Agent", "foaf:name": name}


def _worded(words: Words) -> list[dict[str, str]]:
    return [{"@value": words[name], "@language": name} for name in ("zh", "en")]
