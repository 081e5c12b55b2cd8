"""/papers: the document of an action, as DOCX or PDF, for whoever may see the action."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data_access.supervision import orders
from data_access.supervision.database import engine
from data_access.supervision.viewer import Viewer
from supervision.papers import order, pdf, word
from supervision.web import files
from supervision.web.files import File

FORMS = {"pdf": pdf.pdf, "docx": word.docx}


def routes() -> list[Route]:
    """One address an action and form."""
    return [Route("/papers/{action:int}/{form}", paper, methods=["GET"])]


def paper(request: Request) -> Response:
    """The document of one action."""

    def make(viewer: Viewer, spoken: str) -> File | None:
        action, form = request.path_params["action"], request.path_params["form"]
        if form not in FORMS:
            return None
        told = orders.fetch(viewer, engine(), action, form)
        try:
            found = order.paper(spoken, told)
        except order.NoPaper:
            return None
        return File(f"{found.title}-{action}", form, FORMS[form](found))

    return files.answer(request, make)
