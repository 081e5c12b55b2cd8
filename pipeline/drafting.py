"""Draft public texts from official replies: redacted, judged by risk, put into the review queue.

Of sensitive categories and of reports on persons nothing is drafted at all.
"""

import hashlib
import re
from collections.abc import Collection

from sqlalchemy import Engine

from cities import ROOT, City, divisions
from data_access.supervision import drafts
from data_access.supervision.drafts import ANY, Draft, Reply, Which
from pipeline.doubtful import coarser, doubtful
from pipeline.open_subjects import SENSITIVE_NATURES, subjects
from pipeline.redact import redact

PLACEHOLDER = re.compile(r"〔[^〔〕]+〕")
AT_ONCE = 200


def draft(engine: Engine, city: City, most: int, which: Which = ANY) -> int:
    """Draft at most so many texts and return how many there were.

    ModelMissing without the model of names: nothing is drafted then.
    """
    about = subjects(ROOT / city.id / "categories.csv")
    towns = [town.names["zh"] for town in divisions.towns(city.id)]
    made, some = 0, []
    places = about.place_or_thing
    for reply in drafts.waiting(engine, city.id, SENSITIVE_NATURES, places, most, which):
        some.append(drafted(reply, towns))
        if len(some) == AT_ONCE:
            made += _keep(engine, city, some)
            some = []
    return made + _keep(engine, city, some)


def drafted(reply: Reply, towns: Collection[str]) -> Draft:
    """The redacted reply. Risk counts what was taken out, twice what still looks doubtful."""
    text = coarser(redact(reply.reply, reply.known), towns).strip()
    found = doubtful(text)
    risk = len(PLACEHOLDER.findall(text)) + 2 * len(found)
    source = hashlib.sha256(reply.reply.encode()).hexdigest()
    return Draft(reply.number, reply.kind, text, source, risk, found)


def _keep(engine: Engine, city: City, some: list[Draft]) -> int:
    if some:
        with engine.begin() as connection:
            drafts.keep(connection, city.id, some)
    return len(some)
