"""The desk where a month's bulletin is made: month, words, one click, and its versions."""

import streamlit as st

from components import session
from components.locales import LANGUAGES
from components.session import t
from data_access.published import Release
from data_access.supervision import bulletins
from data_access.supervision.bulletins import BLOCKS, LONGEST, BadText, Superseded, Version
from data_access.supervision.database import engine
from data_access.supervision.viewer import Viewer
from metrics import numerals
from supervision import act, downloads, tables
from supervision.bulletin import refusal, sums
from supervision.bulletin.figures import Figures, months
from supervision.bulletin.making import there

FORMS = ("pdf", "docx")
MONTH = "month"  # in the address


def month(viewer: Viewer) -> str:
    """The month that the address names, or the newest; "" while nothing is published."""
    release = session.release()
    known = months(release) if release else []
    if not known or release is None or release.city != viewer.city:
        st.info(t("bulletin.none"))
        return ""
    chosen = session.asked(MONTH, known, known[0])
    st.session_state[MONTH] = chosen
    st.selectbox(
        t("bulletin.month"), known, key=MONTH, width=290, on_change=_to_url,
        format_func=lambda label: t(
            "bulletin.paper.month", year=int(label[:4]), month=int(label[5:])
        ),
    )  # fmt: skip
    st.caption(t("bulletin.release", release=release.id, day=numerals.day(release.as_of)))
    return chosen


def _to_url() -> None:
    st.query_params[MONTH] = st.session_state[MONTH]


def versions(viewer: Viewer, chosen: str) -> None:
    """What has been made of this month, newest first, each with its files."""
    with engine().connect() as connection:
        found = bulletins.versions(viewer, connection, chosen)
    st.subheader(t("bulletin.versions", n=len(found)), anchor=False)
    if not found:
        st.caption(t("bulletin.no_version"))
    release = session.release()
    if found and release is not None and found[0].release != release.id:
        st.info(t("bulletin.older", release=release.id))
    for one in found:
        _version(viewer, one)


def _version(viewer: Viewer, one: Version) -> None:
    with st.container(border=True):
        at = tables.local(viewer, one.until)
        st.text(
            t("bulletin.version", version=one.version, who=one.shown, at=at, release=one.release)
        )
        if not there(one):
            st.caption(t("bulletin.pruned", release=one.release))
            return
        path = f"/bulletins/{one.month}/{one.version}"
        files = [(t("bulletin.see"), downloads.spoken(f"{path}/html"))]
        files += [
            (t("bulletin.file", form=form.upper()), downloads.spoken(f"{path}/{form}"))
            for form in FORMS
        ]
        other = next(name for name in LANGUAGES if name != session.language())
        files.append((t("bulletin.other"), downloads.spoken(f"{path}/pdf", other)))
        downloads.links(files)


def make(viewer: Viewer, chosen: str) -> None:
    """The form: words of one's own, and the click that makes a new version."""
    release = session.release()
    if release is None:
        return
    with engine().connect() as connection:
        newest = bulletins.latest(viewer, connection, chosen)
    with st.form("bulletin", border=False):
        with st.expander(t("bulletin.texts"), expanded=newest is not None):
            st.caption(t("bulletin.texts_about"))
            texts = {name: _words(name, chosen, newest) for name in BLOCKS}
        if st.form_submit_button(t("bulletin.make"), type="primary"):
            _make(viewer, release, chosen, texts, newest.version if newest else 0)


def _words(name: str, chosen: str, newest: Version | None) -> str:
    before = newest.texts.get(name, "") if newest else ""
    label = t(f"bulletin.block.{name}")
    return st.text_area(label, before, max_chars=LONGEST, key=f"bulletin_{chosen}_{name}")


def _make(viewer: Viewer, release: Release, chosen: str, texts: dict[str, str], seen: int) -> None:
    """Check the sums, then put the version on record; or say in plain words why not."""
    try:
        sums.check(Figures(release, chosen))
        made = bulletins.keep(viewer, engine(), chosen, release.id, texts, seen)
    except sums.DoesNotAddUp as error:
        st.error(t("bulletin.unsound"))
        for line in refusal.lines(session.language(), viewer.city, error):
            st.text(line)
    except BadText as error:
        st.error(t("bulletin.bad_text", block=t(f"bulletin.block.{error.block}")))
    except Superseded as error:
        st.error(t("bulletin.superseded", who=error.now.shown, version=error.now.version))
    else:
        st.session_state[act.SAID] = t("bulletin.made", version=made.version), ""
        st.rerun()
