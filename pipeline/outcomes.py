"""What two people cleared for the public, under keys so coarse that nobody is told by them.

A text stands beside quarter, area, category, unit and what became of the case; each group of these
keys had K cases or more, of which the text tells one. Else the keys get coarser: the year for the
quarter, the whole city for the area, no unit. What is sensitive was never drafted and is checked
again here, as is every text by the redactor.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time

import numpy as np
import pandas as pd
from sqlalchemy import Engine

from cities import ROOT, City, midnight
from data_access.cases import openable
from data_access.outcomes import COLUMNS as COLUMNS
from data_access.outcomes import WITHHELD, YES
from data_access.supervision import approved
from data_access.supervision.review_tables import EXPLANATION, OUTCOME
from metrics.periods import first_day, label
from pipeline.doubtful import doubtful
from pipeline.open_cases import SETTLING, K
from pipeline.open_rows import shuffled, tellable
from pipeline.open_subjects import subjects, why_not

KINDS = (OUTCOME, EXPLANATION)  # of review
LADDER = (("quarter", "area"), ("year", "area"), ("year", None))  # when and where, finest first


def outcomes(engine: Engine, city: City, as_of: date) -> pd.DataFrame | None:
    """The approved outcomes of a city as a table of text; None where it marks no categories."""
    table = cleared(engine, city, as_of, KINDS)
    return None if table is None else shuffled(table[list(COLUMNS[1:])])


def cleared(engine: Engine, city: City, as_of: date, kinds: Collection[str]) -> pd.DataFrame | None:
    """The approved texts of some kinds with COLUMNS but `row`; None as above.

    Of quarters that ended long enough ago for the open data, and of years that are over.
    """
    marks = ROOT / city.id / "categories.csv"
    if not marks.exists():
        return None
    with engine.connect() as connection:
        found = approved.read(connection, city.id)
    texts = [one for one in found if one.kind in kinds and not doubtful(one.text)]
    if not texts:
        return pd.DataFrame(columns=list(COLUMNS[1:]), dtype=object)
    facts = openable.read(engine, city.id, midnight(as_of, city)).to_pandas()
    last = as_of - SETTLING
    quarter = first_day(label(last.year, last.month, "quarter"))
    why = why_not(facts, subjects(marks), datetime.combine(quarter, time(), tzinfo=city.zone))
    cases = placed(tellable(facts, city.zone), running=str(last.year))
    allowed = cases[(why == "") & (cases["when"] != "").to_numpy()]
    told = pd.DataFrame(
        [(one.number, one.kind, YES if one.typical else "", one.text) for one in texts],
        columns=["number", "kind", "typical", "text"],
    )
    return told.merge(allowed, on="number")[list(COLUMNS[1:])].astype(str)


def placed(cases: pd.DataFrame, running: str) -> pd.DataFrame:
    """Cases with when, area and unit as coarse as K cases like them need; "" for none.

    A year that still runs is no key: its earlier quarters would change.
    """
    found = cases.astype(str).assign(when="", where="")
    for grain, place in LADDER:
        where = found[place] if place else pd.Series(WITHHELD, found.index)
        size = found.groupby([found[grain], where, found["category"]])["number"].transform("size")
        fits = (found["when"] == "") & (size >= K) & (found["category"] != "") & (where != "")
        if grain == "year":
            fits &= found["year"] != running
        found.loc[fits, "when"], found.loc[fits, "where"] = found[grain][fits], where[fits]
    alike = found.groupby(["when", "where", "category", "unit"])["number"].transform("size")
    few = (alike < K) | (found["unit"] == "")
    return found.assign(area=found["where"], unit=found["unit"].mask(few, WITHHELD))


def unapproved(
    engine: Engine, city: str, texts: Collection[str], kinds: Collection[str]
) -> list[str]:
    """Those of a release's texts that nobody has cleared, or that were withdrawn meanwhile."""
    with engine.connect() as connection:
        found = approved.read(connection, city)
    return sorted(set(texts) - {one.text for one in found if one.kind in kinds})


def pairs(texts: Sequence[str]) -> pd.DataFrame:
    """Each two characters that stand side by side and the place of a text in which they do, sorted.

    All texts at once: 400,000 have some 30 million pairs. None reaches over the end of a line.
    """
    characters = np.frombuffer("\n".join(texts).encode("utf-32-le"), np.uint32).astype(np.uint64)
    place = np.repeat(np.arange(len(texts), dtype=np.uint64), [len(text) + 1 for text in texts])
    first, second = characters[:-1], characters[1:]
    inside = (first != ord("\n")) & (second != ord("\n"))
    # Below 2^21 each (Unicode), so that both and a place below 2^22 are one number to be sorted.
    told = np.unique(((first << 21 | second) << 22 | place[: len(first)])[inside])
    pair, codes = np.unique(told >> 22, return_inverse=True)
    names = [chr(one >> 21) + chr(one & (2**21 - 1)) for one in pair.tolist()]
    places = (told & (2**22 - 1)).astype(np.int32)
    return pd.DataFrame(
        {"pair": pd.Categorical.from_codes(codes, pd.Index(names)), "place": places}
    )
