"""The demo city's pledges as tables of a release, without a case of it."""

from datetime import date

import pandas as pd

import cities
from data_access.cases.engine import connect
from pipeline import pledges
from pipeline.demo.pledges import pledge

ANKANG = cities.profile("ankang")


def tables(as_of: date) -> dict[str, pd.DataFrame]:
    """Entered into the case database of the data folder, and read from there."""
    engine = connect()
    pledge(engine, ANKANG, as_of)
    made = pledges.tables(engine, ANKANG, as_of)
    engine.dispose()
    return {name: table for name, table in made.items() if table is not None}
