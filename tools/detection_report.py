"""The tables of docs/early-warning.md; its words are in early_warning_template.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from metrics.stats.alerts import FEWEST, RATE, WINDOWS, Alert
from metrics.stats.expected import NEEDED, RECENT, TREND_NEEDS
from metrics.stats.regression import CASES_A_TERM, OUTBREAK, SPARSE
from tools.planting import APART, DAY, LENGTHS, LOOKBACK, SIZES, Event, Outcome

TEMPLATE = Path(__file__).with_name("early_warning_template.md")
MONTH = 365.25 / 12  # days
SOON = 3  # days
SETTINGS = {
    "recent": RECENT, "needed": NEEDED, "trend_needs": TREND_NEEDS, "outbreak": OUTBREAK,
    "sparse": SPARSE, "cases_a_term": CASES_A_TERM, "rate": RATE, "fewest": FEWEST,
    "windows": ", ".join(map(str, WINDOWS)), "shortest": LENGTHS[0], "longest": LENGTHS[1],
    "apart": APART, "lookback": LOOKBACK,
}  # fmt: skip


@dataclass(frozen=True)
class Comparison:
    """What the replay of `span` gave; `cases` and `cells` are those of the demo.

    `alert` is our first of the hidden outbreak, `rates` our outcome by false-discovery rate,
    `plain` that of the plain rule by its multiplier, the last one tuned, and `chance` the same
    where nothing was planted. `days` has a row a kind
    of day: cases a day `seen` and `normal`, `days`, and `false` alarms begun on them.
    """

    cases: int
    cells: int
    span: pd.DatetimeIndex
    refit: int
    hidden: Event
    floods: tuple[Event, ...]
    alert: Alert
    rates: dict[float, Outcome]
    plain: dict[float, Outcome]
    chance: dict[float, Outcome]
    days: pd.DataFrame

    @property
    def ours(self) -> Outcome:
        return self.rates[RATE]

    @property
    def rules(self) -> dict[str, Outcome]:
        """Ours, then the plain ones, by the names they have in the tables."""
        names = [f"plain, {level:.1f} SD" for level in self.plain]
        names[-1] += " (tuned)"
        return {"early warning": self.ours} | dict(zip(names, self.plain.values(), strict=True))


def write(found: Comparison) -> str:
    """The whole document."""
    hidden, planted = found.hidden, [one for one in found.ours.delays if one.size in SIZES]
    return TEMPLATE.read_text("utf-8").format(
        **SETTINGS,
        cases=found.cases, cells=found.cells, refit=found.refit,
        first=found.span[0].date(), last=found.span[-1].date(),
        planted=len(planted), each=len(planted) // len(SIZES), sizes=_sizes(planted),
        hidden_category=hidden.cell[0], hidden_area=hidden.cell[1],
        hidden_first=hidden.first.date(), hidden_days=(hidden.last - hidden.first).days + 1,
        alert=found.alert, delay=found.ours.delays[hidden], hidden_table=_hidden(found),
        planted_table=_planted(found.rules), false_table=_false(found),
        in_floods=_in_floods(found), rates_table=_rates(found), days_table=_days(found.days),
        reading=_reading(found),
    )  # fmt: skip


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _sizes(planted: list[Event]) -> str:
    lines = []
    for size, (low, high) in SIZES.items():
        cases = [event.cases for event in planted if event.size == size]
        spread = f"{min(cases)} to {max(cases)} cases, median {np.median(cases):.0f}"
        lines.append(f"{size} {low:g} to {high:g} ({spread})")
    return ",\n".join(lines) + "."


def _hidden(found: Comparison) -> str:
    delays = [outcome.delays[found.hidden] for outcome in found.rules.values()]
    days = ["not found" if delay is None else str(delay) for delay in delays]
    return _table(["", *found.rules], [["delay in days", *days]])


def _planted(rules: dict[str, Outcome]) -> str:
    groups = {size: (size,) for size in SIZES} | {"all": tuple(SIZES)}
    rows = [
        [group, name, *_detected(outcome, sizes)]
        for (group, sizes), (name, outcome) in product(groups.items(), rules.items())
    ]
    head = ["size", "rule", "found", f"within {SOON} days", "median delay", "90th percentile"]
    return _table(head, rows)


def _detected(outcome: Outcome, sizes: tuple[str, ...]) -> list[str]:
    """How many were found, and soon; median and 90th percentile of the delay of those found."""
    delays = [delay for event, delay in outcome.delays.items() if event.size in sizes]
    told = [delay for delay in delays if delay is not None]
    soon = sum(delay <= SOON for delay in told)
    ends = [f"{np.quantile(told, share):.0f}" if told else "" for share in (0.5, 0.9)]
    return [f"{len(told)} of {len(delays)}", f"{soon} of {len(delays)}", *ends]


def _false(found: Comparison) -> str:
    rows = [
        [name, str(len(outcome.false)), _monthly(found, outcome)]
        for name, outcome in found.rules.items()
    ]
    return _table(["rule", "false alarms", "a month"], rows)


def _monthly(found: Comparison, outcome: Outcome) -> str:
    return f"{len(outcome.false) / (len(found.span) / MONTH):.1f}"


def _in_floods(found: Comparison) -> int:
    spans = {(event.first, event.last + LOOKBACK * DAY) for event in found.floods}
    begun = [first for _, first, _ in found.ours.false]
    return sum(any(start <= first < end for start, end in spans) for first in begun)


def _rates(found: Comparison) -> str:
    rows = []
    for rate, outcome in found.rates.items():
        shares = [_detected(outcome, (size,))[0] for size in SIZES]
        rows.append([f"{rate:.0%}", *shares, _monthly(found, outcome)])
    return _table(["false-discovery rate", *SIZES, "false alarms a month"], rows)


def _days(days: pd.DataFrame) -> str:
    rows = [
        [
            str(kind), f"{row['days']:.0f}", f"{row['seen']:.1f}", f"{row['normal']:.1f}",
            f"{row['seen'] / row['normal']:.2f}", f"{row['false']:.0f}",
        ]
        for kind, row in days.iterrows()
    ]  # fmt: skip
    return _table(["kind", "days", "cases a day", "expected", "ratio", "false alarms begun"], rows)


def _reading(found: Comparison) -> str:
    """Who finds more, and at what price; the numbers decide the words."""
    (_, ours), *others = found.rules.items()
    lines = []
    for (name, outcome), alone in zip(others, found.chance.values(), strict=True):
        gains = {size: _count(outcome, size) - _count(ours, size) for size in SIZES}
        told = [
            f"{abs(gain)} {'more' if gain > 0 else 'fewer'} of the {size}"
            for size, gain in gains.items()
            if gain
        ]
        times = f"{len(outcome.false) / max(1, len(ours.false)):.1f} times"
        by_chance = sum(_count(alone, size) for size in SIZES)
        lines += [
            f"- {name}: finds {', '.join(told) or 'as many of every size'},",
            f"  with {times} the false alarms of early warning. With nothing planted,",
            f"  {by_chance} of these alarm too.",
        ]
    return "\n".join(lines)


def _count(outcome: Outcome, size: str) -> int:
    return sum(delay is not None for event, delay in outcome.delays.items() if event.size == size)
