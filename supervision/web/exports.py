"""/exports: lists of supervisors as CSV or XLSX, with who took them and when in every row."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from data_access.supervision.database import engine
from data_access.supervision.viewer import Viewer
from supervision import exports
from supervision.exports import Export
from supervision.web import files
from supervision.web.files import File

LISTS = {"overdue": exports.overdue_list, "ledger": exports.ledger}
FORMS = {"csv": exports.csv, "xlsx": exports.xlsx}


def routes() -> list[Route]:
    """One address a list and form; the query narrows it as on its page."""
    return [Route("/exports/{name}/{form}", export, methods=["GET"])]


def export(request: Request) -> Response:
    """One list as a file."""

    def make(viewer: Viewer, spoken: str) -> File | None:
        name, form = request.path_params["name"], request.path_params["form"]
        if name not in LISTS or form not in FORMS:
            return None
        made: Export = LISTS[name](viewer, engine(), spoken, form, dict(request.query_params))
        return File(f"{made.title}-{made.at:%Y%m%d-%H%M}", form, FORMS[form](made))

    return files.answer(request, make)
