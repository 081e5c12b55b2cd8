"""The parts of the page of open data, told from what the release says of its own files."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from components import cached, filters, open_data_snippets, session, tables, words
from components.open_data_snippets import PREFIX
from components.session import t
from components.sitemap import FEEDS, FEEDS_OF
from components.tables import Link
from data_access import shelf
from data_access.published import MANIFEST, Release
from data_access.shelf import WHOLE, Shelved
from metrics import numerals

ROWS = 5  # of a preview


class Chosen(NamedTuple):
    """A set and one table of it, as its Data Package describes them."""

    item: str
    package: Mapping[str, Any]
    table: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"{self.item} {self.table['name']}"


def shelved() -> Shelved:
    """The release that this rerun shows, with its files."""
    return shelf.open_shelf(cached.release().folder)


def packages() -> dict[str, dict[str, Any]]:
    """Every set of the release with its Data Package; none in an older release."""
    return _packages(cached.release())


@cached.kept(20)
def _packages(here: Release) -> dict[str, dict[str, Any]]:
    return shelf.packages(shelf.open_shelf(here.folder))


def intro() -> None:
    """What this is, and which release is shown."""
    release = cached.release()
    st.markdown(
        t("page.open_data.intro", release=release.id, day=numerals.day(release.as_of))
    )  # fmt: skip


def sets() -> None:
    """Every set: what it holds, and where all its files are."""
    release, language = cached.release(), session.language()
    rows = [
        {
            t("page.open_data.set"): Link(
                package["titles"][language], _listing(release.city, item, release.id)
            ),
            t("page.open_data.about_set"): package["descriptions"][language],
            t("page.open_data.rows"): numerals.count(_rows(package)),
        }
        for item, package in packages().items()
    ]
    tables.linked(rows, t("page.open_data.sets"))
    every = f"[{t('page.open_data.list')}]({PREFIX}/?lang={language})"
    st.markdown(f"{t('page.open_data.forms_text')}\n\n{every}")


def _listing(city: str, item: str, release: str) -> str:
    return f"{PREFIX}/{city}-{item}/{release}/?lang={session.language()}"


def _rows(package: Mapping[str, Any]) -> int:
    return sum(table["table_rows"] for table in open_data_snippets.tables(package).values())


def choose() -> Chosen:
    """Let the reader choose a set and a table of it."""
    language, found = session.language(), packages()
    with st.container(horizontal=True):
        item = filters.choose("set", list(found), lambda name: found[name]["titles"][language])
        known = open_data_snippets.tables(found[item])
        name = filters.choose("table", list(known), lambda name: known[name]["titles"][language])
    return Chosen(item, found[item], known[name])


def preview(chosen: Chosen) -> None:
    """The first rows of a table, and what its columns mean."""
    rows = shelf.head(shelved(), chosen.item, chosen.table["path"], ROWS)
    st.caption(t("page.open_data.first_rows", n=len(rows)))
    st.dataframe(pd.DataFrame(rows), hide_index=True)
    with st.expander(t("page.open_data.columns")):
        fields = [_field(field) for field in chosen.table["schema"]["fields"]]
        st.table(pd.DataFrame(fields), hide_index=True, border="horizontal")


def _field(field: Mapping[str, Any]) -> dict[str, str]:
    language = session.language()
    told = [field["titles"][language], field["descriptions"][language], _values(field)]
    empty = field.get("missingValues", [{}])[0].get("labels", {}).get(language, "–")
    return {
        t("page.open_data.column"): f"`{field['name']}`",
        t("page.open_data.meaning"): words.plain("　".join(filter(None, told))),
        t("page.open_data.empty"): words.plain(empty),
    }


def _values(field: Mapping[str, Any]) -> str:
    values = field.get("categories", ())
    return "; ".join(f"{one['value']} = {one['labels'][session.language()]}" for one in values)


def downloads(chosen: Chosen) -> None:
    """Links to the chosen table in every form."""
    release = cached.release()
    folder = open_data_snippets.address("", release, chosen.item)
    stem = chosen.table["path"].removesuffix(".csv")
    forms = {
        "CSV": f"{stem}.csv",
        t("page.open_data.excel_csv"): f"{stem}-excel.csv",
        t("page.open_data.workbook"): f"{chosen.item}.xlsx",
        "Parquet": f"{stem}.parquet",
        "JSON": f"{stem}.json",
    }
    links = {name: f"{folder}{file}" for name, file in forms.items()}
    links[t("page.open_data.more")] = _listing(release.city, chosen.item, release.id)
    st.markdown(f"{t('page.open_data.download')}: {_list(links)}")


def loading(chosen: Chosen) -> None:
    """Two lines for each program, all in one element."""
    folder = open_data_snippets.address(session.origin(), cached.release(), chosen.item)
    found = open_data_snippets.snippets(folder, chosen.table)
    excel = t("page.open_data.excel_hint", workbook=t("page.open_data.workbook"))
    parts = [t("page.open_data.load_hint")]
    parts += [
        f"**{name}**\n```{'r' if name == 'R' else 'python'}\n{code}\n```"
        for name, code in found.items()
    ]
    parts.append(f"**Excel**　{excel}\n```\n{folder}{chosen.table['path']}\n```")
    st.markdown("\n\n".join(parts))


def programs() -> None:
    """Where programs and readers of feeds find the same."""
    query = f"?lang={session.language()}&city={cached.release().city}"
    ways = {
        "api": f"/api/?lang={session.language()}",
        "openapi": f"/api/v1/openapi.json?lang={session.language()}",
        "open311": f"/open311/discovery.json?lang={session.language()}",
    }
    told = (
        t("page.open_data.programs_text"),
        _list({t(f"page.open_data.{key}"): to for key, to in ways.items()}),
        t("page.open_data.feeds_text"),
        _list({t(f"feed.{name}"): f"/feeds/{name}.atom{query}" for name in FEEDS}),
    )
    st.markdown("\n\n".join(told))
    with st.expander(t("page.open_data.feeds_of_places")):
        st.markdown("\n\n".join(_feeds(by, query) for by in FEEDS_OF))


def _feeds(by: str, query: str) -> str:
    """The feed of each place or unit."""
    named = {code: filters.called(by, code) for code in filters.members(by)}
    links = {name: f"/feeds/{by}/{code}.atom{query}" for code, name in named.items()}
    return f"**{t(f'page.open_data.by_{by}')}**　{_list(links)}"


def _list(links: Mapping[str, str]) -> str:
    return " · ".join(f"[{name}]({address})" for name, address in links.items())


def citing(chosen: Chosen) -> None:
    """A line to copy, and the licence."""
    city = session.city()
    st.markdown(t("page.open_data.licence", licence=chosen.package["licenses"][0]["name"]))
    line = open_data_snippets.citation(
        session.language(),
        city.names,
        city.hotline,
        chosen.package,
        cached.release(),
        session.origin(),
    )
    st.code(line, language=None, wrap_lines=True)


def checking() -> None:
    """How to recompute everything, and the line to keep."""
    release, here = cached.release(), shelved()
    st.markdown(t("page.open_data.check_text"))
    st.code(
        open_data_snippets.checking(session.origin(), release), language="bash", wrap_lines=True
    )
    st.markdown(t("page.open_data.check_kept"))
    st.code(f"{release.id}:{here.files[MANIFEST]}", language=None, wrap_lines=True)
    st.markdown(f"[{t('page.open_data.files.whole')}]({_listing(release.city, WHOLE, release.id)})")
