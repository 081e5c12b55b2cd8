"""How to load a table into other programs, and how to cite it; no Streamlit in here."""

from collections.abc import Mapping
from typing import Any

from components import locales
from data_access.published import Release
from data_access.shelf import WHOLE
from metrics import numerals

DICTIONARY = "dictionary"
PREFIX = "/open-data"


def tables(package: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The tables of a set by name: those CSV files that have a schema, but for the dictionary."""
    return {
        resource["name"]: resource
        for resource in package["resources"]
        if "schema" in resource and resource["name"] != DICTIONARY
    }


def address(origin: str, release: Release, item: str, name: str = "") -> str:
    """Where a file of a set is served, for good."""
    return f"{origin}{PREFIX}/{release.city}-{item}/{release.id}/{name}"


def snippets(folder: str, table: Mapping[str, Any]) -> dict[str, str]:
    """Two lines for each program, by its name; `folder` is the address of the set."""
    url = f"{folder}{table['path']}"
    parquet = url.removesuffix(".csv") + ".parquet"
    codes = [field["name"] for field in table["schema"]["fields"] if _is_code(field)]
    types = ", ".join(f'"{name}": str' for name in codes)
    classes = ", ".join(f'{name} = "character"' for name in codes)
    return {
        "pandas": f'import pandas as pd\ntable = pd.read_csv("{url}", dtype={{{types}}})',
        "R": f'url <- "{url}"\n'
        f'table <- read.csv(url, fileEncoding = "UTF-8", colClasses = c({classes}))',
        "DuckDB": "import duckdb, urllib.request\n"
        f'table = duckdb.read_parquet(urllib.request.urlretrieve("{parquet}")[0])',
    }


def _is_code(field: Mapping[str, Any]) -> bool:
    """Columns of text that could be read as numbers, and would then lose leading zeros."""
    return field["type"] == "string" and "required" in field.get("constraints", {})


def citation(
    language: str, city: Mapping[str, str], hotline: str, package: Mapping[str, Any],
    release: Release, origin: str,
) -> str:  # fmt: skip
    """One line that names publisher, data, release, day, licence and address."""
    item = package["name"].removeprefix(f"{release.city}-")
    return locales.text(
        language, "page.open_data.cite_text", city=city[language], hotline=hotline,
        title=package["titles"][language], release=release.id, day=numerals.day(release.as_of),
        licence=package["licenses"][0]["name"], address=address(origin, release, item),
    )  # fmt: skip


def checking(origin: str, release: Release) -> str:
    """The commands that download a whole release and check it."""
    whole = address(origin, release, WHOLE)
    return (
        "pip install -r requirements-verify.txt\n"
        f"python -m pipeline.download {whole} {release.id}\n"
        f"python -m pipeline.verify {release.id}"
    )
