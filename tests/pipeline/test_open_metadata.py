"""What describes the files, judged by programs from outside: Frictionless, csvw, rdflib."""

import json
import shutil
from pathlib import Path

import pytest
from csvw import CSVW
from frictionless import Package
from rdflib import DCTERMS, RDF, Graph, Literal, Namespace, URIRef

from data_access.settings import FILES
from tests.small_release import writable

DCAT = Namespace("http://www.w3.org/ns/dcat#")  # rdflib knows the first edition only
SPDX = Namespace("http://spdx.org/rdf/terms#")
DATA = (".csv", ".json", ".parquet", ".xlsx")
BASE = "https://example.org/open-data/ankang-cells/2026-07-01-001/"


@pytest.fixture(scope="module")
def folder(one_release: Path) -> Path:
    return one_release / "2026-07-01-001" / FILES


def packages(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/datapackage.json"))


def test_frictionless_finds_every_set_valid(folder: Path) -> None:
    assert len(packages(folder)) >= 7
    for path in packages(folder):
        report = Package(str(path)).validate()
        assert report.valid, report.flatten(["note", "message", "place"])
        described = {resource.path for resource in Package(str(path)).resources}
        data = {file.name for file in path.parent.iterdir() if file.suffix in DATA}
        about = {"datapackage.json", *(file.name for file in path.parent.glob("*-metadata.json"))}
        assert described == data - about


def test_frictionless_names_a_cell_that_was_changed(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder / "cells", tmp_path / "cells"))
    path = writable(copy / "cells-unit.csv")
    text = path.read_text("utf-8")
    path.write_text(text.replace(",60,", ",sixty,", 1) if ",60," in text else text + "x\n")
    report = Package(str(copy / "datapackage.json")).validate()
    assert not report.valid


def test_csvw_reads_every_table_by_its_metadata(folder: Path) -> None:
    found = sorted(folder.glob("*/*.csv-metadata.json"))
    assert len(found) > 14
    for path in found:
        read = CSVW(str(path), validate=True)
        assert read.is_valid, (path, read.warnings)
        rows = list(read.tables[0])
        assert rows
        for column in json.loads(path.read_text("utf-8"))["tableSchema"]["columns"]:
            kinds = {type(row[column["name"]]) for row in rows} - {type(None)}
            assert column["datatype"] == "string" or not kinds & {str}


def test_csvw_finds_a_table_that_is_not_as_described(folder: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(folder / "units", tmp_path / "units"))
    path = writable(copy / "units.csv")
    path.write_text(path.read_text("utf-8").replace("unit,", "code,", 1))
    with pytest.raises(ValueError, match="missing required columns"):
        list(CSVW(str(copy / "units.csv-metadata.json"), validate=True).tables[0])


# rdflib's own reader of JSON-LD uses what rdflib calls deprecated
READS_JSON_LD = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")


def graph(path: Path, base: str) -> Graph:
    return Graph().parse(data=path.read_bytes(), format="json-ld", publicID=base)


@READS_JSON_LD
def test_dcat_names_each_file_with_its_address_and_checksum(folder: Path) -> None:
    told = graph(folder / "cells" / "dcat.jsonld", BASE)
    (dataset,) = told.subjects(RDF.type, DCAT.Dataset)
    assert dataset == URIRef(BASE)
    for needed in (DCTERMS.title, DCTERMS.description, DCTERMS.identifier, DCTERMS.publisher,
                   DCAT.contactPoint, DCTERMS.license, DCAT.version, DCAT.inSeries):  # fmt: skip
        assert list(told.objects(dataset, needed)), needed
    titles = {title.language for title in told.objects(dataset, DCTERMS.title)
              if isinstance(title, Literal)}  # fmt: skip
    assert titles == {"zh", "en"}
    lines = (folder / "cells" / "SHA256SUMS").read_text().splitlines()
    sums = {line.split()[1]: line.split()[0] for line in lines if not line.startswith("#")}
    described = list(told.objects(dataset, DCAT.distribution))
    assert len(described) >= 15
    for one in described:
        address = str(told.value(one, DCAT.downloadURL))
        path = folder / "cells" / address.removeprefix(BASE)
        assert int(str(told.value(one, DCAT.byteSize))) == path.stat().st_size
        checksum = told.value(told.value(one, SPDX.checksum), SPDX.checksumValue)
        assert str(checksum).lower() == sums[path.name]


@READS_JSON_LD
def test_dcat_versions_are_a_series(two_releases: Path) -> None:
    later = two_releases / "2026-07-01-002" / FILES
    told = graph(later / "cells" / "dcat.jsonld", BASE.replace("-001/", "-002/"))
    (dataset,) = told.subjects(RDF.type, DCAT.Dataset)
    assert told.value(dataset, DCAT.previousVersion) == URIRef(BASE)
    series = told.value(dataset, DCAT.inSeries)
    assert series == URIRef("https://example.org/open-data/ankang-cells/")
    assert (series, RDF.type, DCAT.DatasetSeries) in told


@READS_JSON_LD
def test_the_catalogue_names_the_addresses_of_the_sets(folder: Path) -> None:
    base = "https://example.org/open-data/ankang-release/2026-07-01-001/files/dcat.jsonld"
    told = graph(folder / "dcat.jsonld", base)
    (catalogue,) = told.subjects(RDF.type, DCAT.Catalog)
    there = {str(one) for one in told.objects(catalogue, DCAT.dataset)}
    assert BASE in there
    assert len(there) == len(packages(folder))
