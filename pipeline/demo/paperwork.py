"""The records beside the cases: assignments, events, callbacks."""

import numpy as np
import pandas as pd

from pipeline.demo import DAY, END
from pipeline.demo.handling import NEVER, Orders, later, seconds, until_end
from pipeline.demo.quota import Mask, Moments, Quota, Reals, choose, pick
from pipeline.demo.world import Texts

SUPPORTED, REOPENED, ASKED = 0.08, 0.03, 0.92
ESCALATED_AFTER = 7 * DAY
FIRST, SECOND, SUPPORT = 1, 2, 3  # numbers of assignments


def _reason(orders: Orders, kind: str) -> tuple[Texts, Texts]:
    """A code and a text for each work order, by how frequent they are."""
    listed = orders.world.reasons_of(kind)
    chosen = listed.iloc[pick(orders.rng, listed["weight"].to_numpy(float), orders.size)]
    return chosen["code"].to_numpy(object), chosen["name"].to_numpy(object)


def assignments(orders: Orders, replied: Moments) -> pd.DataFrame:
    """The unit that leads, the one that returned the case before it, and those that support."""
    rng, units, number = orders.rng, orders.world.units, orders.cases["number"].to_numpy(object)
    back, size = orders.returned, orders.size
    other, first = units[rng.integers(0, units.size, size)], units[orders.sent_to]
    _, why = _reason(orders, "return")
    lead = pd.DataFrame(
        {
            "number": number, "seq": np.where(back, SECOND, FIRST), "unit": units[orders.unit],
            "role": "lead", "dispatched_at": orders.sent_again, "signed_at": orders.signed,
            "replied_at": replied,
        }
    )  # fmt: skip
    returned = lead.loc[back].assign(
        seq=FIRST, unit=first[back], dispatched_at=orders.dispatched[back], signed_at=NEVER,
        replied_at=NEVER, returned_at=orders.sent_again[back], return_reason=why[back],
        reassigned_at=orders.sent_again[back],
    )  # fmt: skip
    helped = (rng.random(size) < SUPPORTED) & (other != units[orders.unit])
    support = lead.loc[helped].assign(seq=SUPPORT, role="support", unit=other[helped])
    found: pd.DataFrame = pd.concat([lead, returned, support], ignore_index=True)
    found["return_reason"] = found["return_reason"].fillna("")
    found = found.loc[found["dispatched_at"].to_numpy() < END].copy()
    for name in ("signed_at", "replied_at", "returned_at", "reassigned_at"):
        found[name] = until_end(found[name].to_numpy("datetime64[us]"))
    return found


def reopened_at(orders: Orders) -> Moments:
    """When closed cases were taken up again (重办)."""
    again = later(orders.closed, orders.rng.uniform(DAY, 10 * DAY, orders.size))
    return until_end(np.where(orders.rng.random(orders.size) < REOPENED, again, NEVER))


def events(orders: Orders, reopened: Moments, repeat_of: Texts) -> pd.DataFrame:
    """Extensions, returns and transfers, reopenings, escalations and merged repeats."""
    code, reason = _reason(orders, "extension")
    return_code, return_reason = _reason(orders, "return")
    returned = np.where(orders.returned, orders.sent_again, NEVER)
    overdue = later(orders.deadline, np.full(orders.size, float(ESCALATED_AFTER)))
    still_open = orders.late & ~(orders.closed < overdue)
    received = orders.cases["received_at"].to_numpy("datetime64[us]")
    merged = (repeat_of != "") & (orders.rng.random(orders.size) < 0.3)
    parts = [
        _event(orders, "extension", orders.extended_at, code, reason),
        _event(orders, "return", returned, return_code, return_reason),
        _event(orders, "transfer", returned, return_code, return_reason),
        _event(orders, "reopen", reopened),
        _event(orders, "escalation", np.where(still_open, overdue, NEVER)),
        _event(
            orders, "merge", np.where(merged, later(received, np.full(orders.size, 300.0)), NEVER)
        ),
    ]
    parts[1]["unit"] = orders.world.units[orders.sent_to][parts[1].index]
    parts[0]["until"] = orders.until[parts[0].index]
    parts[-1]["other_number"] = repeat_of[parts[-1].index]
    found = pd.concat(parts).sort_values(["number", "at"], kind="stable", ignore_index=True)
    found["seq"] = found.groupby("number").cumcount() + 1
    found["other_number"] = found["other_number"].fillna("")
    return found


def with_recategorised(
    rng: np.random.Generator, orders: Orders, told: pd.DataFrame
) -> pd.DataFrame:
    """The events and, numbered after a case's others, that it was put into another category.

    Where it is a habit it comes late, when the deadline draws near.
    """
    ends = np.fmin(orders.closed, orders.deadline)
    place = rng.beta(3, 1.2, orders.size) * 0.95
    which = rng.random(orders.size) < orders.world.habits.recategorising[orders.unit]
    at = later(orders.signed, place * seconds(orders.signed, ends))
    found = _event(orders, "recategorised", np.where(which, at, NEVER))
    found["seq"] = found["number"].map(told.groupby("number").size()).fillna(0).astype(int) + 1
    found["other_number"] = ""
    return pd.concat([told, found], ignore_index=True)


def _event(
    orders: Orders, kind: str, at: Moments, code: Texts | str = "", reason: Texts | str = ""
) -> pd.DataFrame:
    """The events of one kind; the index holds the places of their work orders."""
    table = pd.DataFrame(
        {
            "number": orders.cases["number"].to_numpy(object), "kind": kind, "at": at,
            "unit": orders.world.units[orders.unit], "reason_code": code, "public_reason": reason,
        }
    )  # fmt: skip
    return table[~np.isnat(at) & (at < END)]


def callbacks(orders: Orders, outcome: Texts, quota: Quota) -> pd.DataFrame:
    """Who was asked, reached, and answered what; the displeased are the more silent."""
    rng = orders.rng
    asked_at = later(orders.closed, rng.uniform(DAY / 2, 3 * DAY, orders.size))
    asked = (rng.random(orders.size) < ASKED) & (asked_at < END)
    displeased = rng.random(orders.size) < _displeasure(orders, outcome)
    reached = asked & (rng.random(orders.size) < np.where(displeased, 0.70, 0.83))
    answered = reached & (rng.random(orders.size) < np.where(displeased, 0.66, 0.88))
    says = _answers(orders, answered, displeased, quota)
    silent = ~answered
    solved = rng.random(orders.size) < np.select(
        [says == "satisfied", says == "dissatisfied"], [0.96, 0.10], 0.55
    )
    contacted = rng.random(orders.size) < np.where(says == "dissatisfied", 0.72, 0.98)
    table = pd.DataFrame(
        {
            "number": orders.cases["number"].to_numpy(object), "asked_at": asked_at,
            "channel": np.where(rng.random(orders.size) < 0.8, "phone", "sms"),
            "reached": reached, "answered": answered,
            "refused": reached & silent & (rng.random(orders.size) < 0.6),
            "contacted": pd.Series(contacted).astype(object).where(answered, None),
            "solved": pd.Series(solved).astype(object).where(answered, None),
            "satisfaction": says,
        }
    )  # fmt: skip
    return table[asked]


def _displeasure(orders: Orders, outcome: Texts) -> Reals:
    """How likely each caller is displeased."""
    weight = orders.world.habits.displeasing[orders.unit]
    weight = weight * np.where(orders.late, 3.0, 1.0) * np.where(orders.at_once, 3.0, 1.0)
    weight *= np.where(np.isnat(orders.until), 1.0, 1.6) * np.where(outcome == "solved", 1.0, 2.2)
    return np.minimum(0.9, 0.09 * weight)


def _answers(orders: Orders, answered: Mask, displeased: Mask, quota: Quota) -> Texts:
    """What those who answered said, so many of them dissatisfied as the published share has it."""
    rng = orders.rng
    weight = np.where(answered, np.where(displeased, 40.0, 0.2), 0.0)
    dissatisfied = choose(rng, weight, quota.take(int(answered.sum())))
    words = np.array(["satisfied", "basically", "cannot_say"], dtype=object)
    says = words[pick(rng, np.array([0.885, 0.05, 0.065]), orders.size)]
    found: Texts = np.select([~answered, dissatisfied], ["", "dissatisfied"], says)
    return found
