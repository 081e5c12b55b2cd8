"""/bulletins: a version of a month's bulletin as PDF, DOCX or HTML, for those who make them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from components.locales import text
from data_access.supervision import bulletins
from data_access.supervision.database import engine
from data_access.supervision.viewer import Viewer
from supervision.bulletin import making, refusal
from supervision.bulletin.figures import NotClosed
from supervision.bulletin.making import Pruned
from supervision.bulletin.sums import DoesNotAddUp
from supervision.papers import page, pdf, word
from supervision.papers.model import Paper
from supervision.web import files
from supervision.web.files import File, Unmade

FORMS = {"pdf": pdf.pdf, "docx": word.docx, "html": page.html}


def routes() -> list[Route]:
    """One address a month, version and form."""
    return [Route("/bulletins/{month}/{version:int}/{form}", bulletin, methods=["GET"])]


def bulletin(request: Request) -> Response:
    """One version of a bulletin."""

    def make(viewer: Viewer, spoken: str) -> File | None:
        asked = request.path_params
        form = asked["form"]
        if form not in FORMS:
            return None
        version = bulletins.fetch(viewer, engine(), asked["month"], asked["version"], form)
        if version is None:
            return None
        found = _paper(spoken, viewer, version)
        name = found.title.replace("\n", "")
        return File(f"{name}-{version.version}", form, FORMS[form](found))

    return files.answer(request, make)


def _paper(spoken: str, viewer: Viewer, version: bulletins.Version) -> Paper:
    try:
        with engine().connect() as connection:
            return making.paper(spoken, viewer, connection, version)
    except DoesNotAddUp as error:
        lines = refusal.lines(spoken, version.city, error)
        raise Unmade(text(spoken, "bulletin.unsound"), *lines) from error
    except (NotClosed, Pruned) as error:
        said = text(spoken, "bulletin.pruned", release=version.release)
        raise Unmade(said) from error
