"""What `python -m supervision bulletin` does: the same bulletin as on the page, into a folder."""

from pathlib import Path

from data_access.published import current
from data_access.settings import actor
from data_access.supervision import bulletins
from data_access.supervision.audit import operator
from data_access.supervision.bulletins import Version
from data_access.supervision.database import engine
from data_access.supervision.viewer import Role, Viewer
from supervision.bulletin import making, refusal, sums
from supervision.bulletin.figures import Figures
from supervision.bulletin.sums import DoesNotAddUp
from supervision.papers import page, pdf, word
from supervision.papers.model import fingerprint

FORMS = {"pdf": pdf.pdf, "docx": word.docx, "html": page.html}


def write(
    city: str, month: str, folder: Path, language: str, new: bool
) -> tuple[list[str], list[str]]:
    """The files that were written and what they say, or the sums that do not hold.

    The newest version of the month is written; with `new`, or if there is none, one is made first.
    LookupError for a month that the release does not tell of.
    """
    viewer = Viewer(operator(), actor(), city, frozenset({Role.CITY}))
    try:
        version = _version(viewer, month, new)
        with engine().connect() as connection:
            made = making.paper(language, viewer, connection, version)
    except DoesNotAddUp as error:
        return [], refusal.lines(language, city, error)
    folder.mkdir(parents=True, exist_ok=True)
    told = [f"release {version.release}, version {version.version}, contents {fingerprint(made)}"]
    for form, write_as in FORMS.items():
        bulletins.fetch(viewer, engine(), month, version.version, form)
        path = folder / f"{city}-{month}-v{version.version}-{language}.{form}"
        path.write_bytes(write_as(made))
        told.append(str(path))
    return told, []


def _version(viewer: Viewer, month: str, new: bool) -> Version:
    with engine().connect() as connection:
        found = bulletins.latest(viewer, connection, month)
    if found is not None and not new:
        return found
    release = current(viewer.city)
    if release is None:
        raise LookupError(f"{viewer.city}: nothing is published yet")
    sums.check(Figures(release, month))
    texts = found.texts if found else {}
    return bulletins.keep(viewer, engine(), month, release.id, texts, found.version if found else 0)
