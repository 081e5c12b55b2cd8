"""The published cells as CSV files for everyone: one file a table, straight from what is published.

UTF-8 with a byte order mark, so that spreadsheets read Chinese; RFC 4180 else. Metrics are named in
both languages by their definitions. What is withheld is an empty number beside the reason.
"""

import unicodedata

import numpy as np
import pandas as pd

from data_access.published import ALL, DIMENSIONS
from metrics import registry
from metrics.intervals import wilson

RISKY = "=+-@|%"  # a text that begins so is a formula to a spreadsheet
SHARE = 6  # decimals


def files(cells: pd.DataFrame, label: str) -> dict[str, bytes]:
    """File name → content, by the dimensions of the table; `label` marks simulated data."""
    by = (cells[list(DIMENSIONS)] != ALL).apply(tuple, axis=1)
    found = {}
    for narrowed in sorted(by.unique()):
        names = [name for name, used in zip(DIMENSIONS, narrowed, strict=True) if used]
        table = _table(cells[by == narrowed], names).assign(label=label)
        text = table.to_csv(index=False, lineterminator="\r\n")
        found[f"cells-{'-'.join(names) or 'city'}.csv"] = text.encode("utf-8-sig")
    return found


def _table(cells: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    metrics = {name: registry.get(name) for name in cells["metric"].unique()}
    told = {
        "metric": cells["metric"],
        "name_zh": cells["metric"].map({m: metrics[m].wording["zh"].name for m in metrics}),
        "name_en": cells["metric"].map({m: metrics[m].wording["en"].name for m in metrics}),
        "unit_of_value": cells["metric"].map({m: metrics[m].unit for m in metrics}),
        "period": cells["period"],
    }
    told |= {name: cells[name].map({n: guarded(n) for n in cells[name].unique()}) for name in names}
    told |= {"numerator": cells["numerator"], "denominator": cells["denominator"]}
    return pd.DataFrame(told | _values(cells) | {"withheld": cells["withheld"]})


def _values(cells: pd.DataFrame) -> dict[str, "pd.Series[float]"]:
    """Value, ends of its 95 % interval, and 90th percentile; shares as fractions."""
    metrics = cells["metric"].unique()
    parts = cells[["numerator", "denominator"]].astype("Float64").to_numpy(float, na_value=np.nan)
    ratio = parts[:, 1] > 0
    bounds = [wilson(x, n) if n > 0 else (np.nan, np.nan) for x, n in parts]
    low, high = np.array(bounds).reshape(-1, 2).T.round(SHARE)
    share = np.divide(parts[:, 0], parts[:, 1], out=np.full(len(cells), np.nan), where=ratio)
    lasting = cells["metric"].map({m: registry.get(m).kind == "duration" for m in metrics})
    median = cells["value"].to_numpy(float, na_value=np.nan)
    value = np.where(ratio, share.round(SHARE), np.where(lasting, median, parts[:, 0]))
    found = {"value": value, "low": low, "high": high, "p90": cells["p90"].to_numpy(float)}
    return {name: pd.Series(column, cells.index) for name, column in found.items()}


def guarded(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    start = "".join(c for c in text if not c.isspace() and unicodedata.category(c)[0] != "C")[:1]
    return f"'{text}" if unicodedata.normalize("NFKC", start)[:1] in (*RISKY,) else text
