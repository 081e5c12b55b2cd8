"""Calls to the hotline: each case by phone came with one, and some rang in vain."""

import numpy as np
import pandas as pd

from pipeline.demo import ANSWERED, END, MINUTE
from pipeline.demo.handling import NEVER, later
from pipeline.demo.quota import Mask, Moments

PATIENCE = 90  # seconds after which nobody lets it ring any longer


def calls(rng: np.random.Generator, cases: pd.DataFrame) -> pd.DataFrame:
    """The calls of a run, in the order of its cases; times are local.

    Unanswered ones come when many call: each is made within half an hour of one that was answered.
    """
    phoned = cases[cases["channel"] == "phone"]
    vain = rng.permutation(len(phoned)) < round(len(phoned) * (1 / ANSWERED - 1))
    through = _calls(rng, phoned, np.zeros(len(phoned), dtype=bool))
    return pd.concat([through, _calls(rng, phoned[vain], np.ones(vain.sum(), dtype=bool))])


def _calls(rng: np.random.Generator, cases: pd.DataFrame, vain: Mask) -> pd.DataFrame:
    size = len(cases)
    answered: Moments = cases["received_at"].to_numpy("datetime64[us]")
    rang = np.minimum(rng.lognormal(np.log(7), 0.7, size), PATIENCE)
    away = np.where(vain, rng.uniform(0, 30 * MINUTE, size), 0.0)
    suffix = np.where(vain, "N", "")
    return pd.DataFrame(
        {
            "number": ("LD" + cases["number"].str[2:] + suffix).astype(object),
            "entry_line": cases["entry_line"],
            "called_at": np.minimum(later(answered, away - rang), END - np.timedelta64(1, "s")),
            "answered": ~vain,
            "answered_at": np.where(vain, NEVER, answered),
        }
    )
