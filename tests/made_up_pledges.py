"""The demo city's pledges as tables of a release, without a case of it."""

from datetime import date
from unittest.mock import patch

import pandas as pd

import cities
from data_access.cases.engine import connect
from pipeline import pledges
from pipeline.demo.pledges import pledge

ANKANG = cities.profile("ankang")


def _clean(text: str) -> list[str]:
    return []


def tables(as_of: date) -> dict[str, pd.DataFrame]:
    """Entered into the case database of the data folder, and read from there.

    The redactor, which takes longest, looks at them in tests/pipeline/test_pledges.py.
    """
    engine = connect()
    with patch("pipeline.demo.pledges.seen", _clean), patch.object(pledges, "seen", _clean):
        pledge(engine, ANKANG, as_of)
        made = pledges.tables(engine, ANKANG, as_of)
    engine.dispose()
    return {name: table for name, table in made.items() if table is not None}
