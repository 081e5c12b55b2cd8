"""Public outcomes of the demo city: drafts that two made-up people hand in and approve.

Only what a machine found nothing in. All else waits in the queue, for whoever tries it out.
"""

from datetime import date, timedelta

from sqlalchemy import Engine

from cities import City, midnight
from data_access.supervision import reviews
from data_access.supervision.drafts import Which
from data_access.supervision.review_tables import EXPLANATION, OUTCOME
from data_access.supervision.reviews import DRAFTED, Text
from pipeline import drafting
from pipeline.demo import people
from pipeline.doubtful import doubtful

MOST = {EXPLANATION: 120, OUTCOME: 240}  # drafts of each kind; all of them take half a minute
BACK = timedelta(days=60)  # closed so long ago that their quarter is told case by case


def tell(engine: Engine, city: City, last: date) -> int:
    """Draft from replies older than `last` less BACK, and return how many texts are now public.

    None if there are any drafts: somebody may be at work on them.
    """
    if _drafts(engine, city):
        return 0
    for kind, most in MOST.items():
        drafting.draft(engine, city, most, Which(kind, midnight(last, city) - BACK))
    writer, reader = people.writer(city.id), people.reader(city.id)
    clean = [one for one in _drafts(engine, city) if not one.risk]
    for one in clean:
        reviews.move(writer, engine, one.id, "submit", one.version, doubtful, text=one.text)
        reviews.move(reader, engine, one.id, "approve", one.version + 1, doubtful)
    return len(clean)


def _drafts(engine: Engine, city: City) -> list[Text]:
    with engine.connect() as connection:
        return reviews.queue(people.reader(city.id), connection, DRAFTED, sum(MOST.values()))[0]
