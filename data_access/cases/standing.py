"""How many things wait for somebody: for whoever watches over the pipeline."""

from sqlalchemy import Engine, func, select

from data_access.cases.batches import BATCHES, FINDINGS


def quarantined(engine: Engine, city: str) -> int:
    """Rows of a city that are still in quarantine, each once whatever is wrong with it."""
    rows = (
        select(FINDINGS.c.batch_id, FINDINGS.c.part, FINDINGS.c.row)
        .join(BATCHES, BATCHES.c.id == FINDINGS.c.batch_id)
        .where(BATCHES.c.city == city, FINDINGS.c.quarantined, FINDINGS.c.settled_by.is_(None))
        .distinct()
        .subquery()
    )
    with engine.connect() as connection:
        return int(connection.execute(select(func.count()).select_from(rows)).scalar_one())
