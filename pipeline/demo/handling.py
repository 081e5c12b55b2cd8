"""What becomes of work orders: deadlines, stages, returns, extensions, closings, outcomes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from cities import deadlines
from cities.clock import due_days
from pipeline.demo import DAY, END, HOUR, MINUTE
from pipeline.demo.quota import Mask, Moments, Numbers, Quota, Reals, choose, pick
from pipeline.demo.world import Habits, World

NEVER = np.datetime64("NaT", "us")
OUTCOMES = {
    "solved": 0.72, "explained": 0.16, "not_substantiated": 0.05, "outside_duty": 0.03,
    "not_handled": 0.04,
}  # fmt: skip


@dataclass
class Orders:
    """The work orders of a run: what is known of each, in arrays of the same length."""

    rng: np.random.Generator
    world: World
    cases: pd.DataFrame  # received_at, nature, unit_number and whatever else came in
    due: Moments
    provisional: Mask
    returned: Mask  # by the unit that it was sent to first
    sent_to: Numbers  # that unit
    dispatched: Moments
    sent_again: Moments  # to the unit that handles it; like dispatched if not returned
    signed: Moments
    extended_at: Moments
    until: Moments  # the extended deadline
    closed: Moments
    late: Mask
    at_once: Mask

    @property
    def size(self) -> int:
        return len(self.cases)

    @property
    def unit(self) -> Numbers:
        return self.cases["unit_number"].to_numpy()

    @property
    def deadline(self) -> Moments:
        """The one in force in the end."""
        return np.where(np.isnat(self.until), self.due, self.until)


def later(start: Moments, seconds: Reals) -> Moments:
    moved: Moments = start + (seconds * 1e6).astype("timedelta64[us]")
    return moved


def seconds(start: Moments, end: Moments) -> Reals:
    passed: Reals = (end - start) / np.timedelta64(1, "s")
    return passed


def until_end(moments: Moments) -> Moments:
    """What has not happened by the end of the data is not known."""
    return np.where(moments >= END, NEVER, moments)


def handle(
    rng: np.random.Generator, world: World, cases: pd.DataFrame, quota: Quota, share: float
) -> Orders:
    """Deal with the work orders of a run; a `share` of all so far fails by the official formula."""
    habits, unit, size = world.habits, cases["unit_number"].to_numpy(), len(cases)
    received = cases["received_at"].to_numpy("datetime64[us]")
    due, provisional = _due(world, cases["nature"], received, 0)
    dispatched = later(received, 2 * MINUTE + rng.lognormal(np.log(35 * MINUTE), 0.9, size))
    returned = rng.random(size) < 0.06
    first = np.where(returned, rng.integers(0, world.units.size, size), unit)
    sent = np.where(returned, later(dispatched, rng.uniform(2 * HOUR, 30 * HOUR, size)), dispatched)
    sent = np.minimum(sent, later(received, 0.25 * seconds(received, due)))
    sent = np.maximum(sent, dispatched)
    patience = np.minimum(
        rng.lognormal(np.log(2.2 * HOUR), 1.0, size), 0.3 * np.maximum(seconds(sent, due), 60)
    )
    signed = later(sent, patience)
    extended_at, until = _extensions(rng, world, cases, signed, due)
    orders = Orders(
        rng, world, cases, due, provisional, returned, first, dispatched, sent, signed, extended_at,
        until, closed=due, late=returned, at_once=returned,
    )  # fmt: skip
    _close(orders, habits, unit)
    _break_deadlines(orders, habits, unit, quota, share)
    return orders


def _due(
    world: World, natures: "pd.Series[Any]", start: Moments, extra: int | Numbers
) -> tuple[Moments, Mask]:
    """The end of the last working day allowed: by nature, or so many days from `start`."""
    limits = deadlines(world.city.id).limits
    days = natures.map({name: limit.working_days for name, limit in limits.items()})
    allowed = days.to_numpy(np.int64) if isinstance(extra, int) else extra
    day, provisional = due_days(start.astype("datetime64[D]"), allowed)
    end: Moments = day.astype("datetime64[us]")
    end += np.timedelta64(DAY * 10**6 - 1, "us")
    return end, provisional


def _extensions(
    rng: np.random.Generator, world: World, cases: pd.DataFrame, signed: Moments, due: Moments
) -> tuple[Moments, Moments]:
    """When a deadline was moved and to when; a quarter of them at the last moment."""
    size = len(cases)
    habit = world.habits.extending[cases["unit_number"].to_numpy()]
    which = (rng.random(size) < habit) & (cases["nature"] != "consult").to_numpy()
    last_moment = rng.random(size) < 0.25
    left = seconds(signed, due)
    before = np.where(
        last_moment, rng.uniform(60, 6 * HOUR, size), left * rng.uniform(0.05, 0.4, size)
    )
    at = later(due, -np.minimum(before, left * 0.9))
    more = rng.choice(np.array([5, 10]), size)
    until, _ = _due(world, cases["nature"], due, more)
    which &= at < END
    return np.where(which, at, NEVER), np.where(which, until, NEVER)


def _close(orders: Orders, habits: Habits, unit: Numbers) -> None:
    """Every closing within its deadline, by the habits of its unit."""
    rng, size, signed = orders.rng, orders.size, orders.signed
    speed = habits.speed[unit]
    share = rng.beta(2.2 * speed / (1 - speed) + 0.4, 2.2)
    closed = later(signed, np.maximum(share * seconds(signed, orders.due), 20 * MINUTE))
    orders.at_once = rng.random(size) < habits.closing_at_once[unit]
    closed = np.where(orders.at_once, later(signed, rng.uniform(5, 59, size)), closed)
    last_hour = rng.random(size) < habits.closing_last_hour[unit]
    closed = np.where(last_hour, later(orders.due, -rng.uniform(1, HOUR, size)), closed)
    extended = ~np.isnat(orders.until)
    after = later(orders.due, rng.beta(1.5, 1.5, size) * seconds(orders.due, orders.until))
    soon = later(orders.extended_at, 0.5 * seconds(orders.extended_at, orders.due))
    longer = np.where(rng.random(size) < 0.85, after, soon)
    orders.closed = np.minimum(np.where(extended, longer, closed), orders.deadline)


def _break_deadlines(
    orders: Orders, habits: Habits, unit: Numbers, quota: Quota, share: float
) -> None:
    """Make so many late as the published share has it; a third of these are open to this day."""
    rng, deadline = orders.rng, orders.deadline
    open_in_time = int((orders.closed >= END).sum())
    count = quota.take(orders.size, open_in_time, share)
    weight = np.where(deadline < END - np.timedelta64(1, "D"), habits.lateness[unit], 0.0)
    orders.late = choose(rng, weight, count)
    overrun = later(deadline, rng.lognormal(1.6, 1.1, orders.size) * DAY)
    never = rng.random(orders.size) < 0.3
    late = np.where(never, END, overrun)
    orders.closed = until_end(np.where(orders.late, late, orders.closed))
    orders.at_once &= ~orders.late


def outcomes(orders: Orders) -> pd.DataFrame:
    """outcome, reason_code, legal_basis, right_channel of each work order; "" while it is open."""
    rng, size = orders.rng, orders.size
    words = np.array(list(OUTCOMES), dtype=object)
    outcome = words[pick(rng, np.array(list(OUTCOMES.values())), size)]
    outcome = np.where(np.isnat(orders.closed), "", outcome)
    reasons = orders.world.reasons_of("not_handled")
    chosen = reasons.iloc[pick(rng, reasons["weight"].to_numpy(float), size)]
    refused = outcome == "not_handled"
    return pd.DataFrame(
        {
            "outcome": outcome,
            "reason_code": np.where(refused, chosen["code"], ""),
            "legal_basis": np.where(refused, chosen["legal_basis"], ""),
            "right_channel": np.where(refused, chosen["right_channel"], ""),
        },
        index=orders.cases.index,
    )


def stages(orders: Orders) -> pd.DataFrame:
    """The stage times of each work order; one in a thousand is out of order, as in life."""
    rng, size, closed = orders.rng, orders.size, orders.closed
    received = orders.cases["received_at"].to_numpy("datetime64[us]")
    took = seconds(orders.signed, closed)
    handled = later(orders.signed, np.nan_to_num(took * rng.uniform(0.6, 0.95, size)))
    handled = np.where(np.isnat(closed), NEVER, handled)
    replied = later(handled, np.nan_to_num(seconds(handled, closed) * rng.uniform(0.2, 1, size)))
    slip = rng.random(size) < 0.001
    signed = np.where(slip, later(orders.dispatched, -rng.uniform(60, HOUR, size)), orders.signed)
    signed = np.maximum(signed, received)
    return pd.DataFrame(
        {
            "accepted_at": np.minimum(
                later(received, rng.uniform(MINUTE, 2 * MINUTE, size)), orders.dispatched
            ),
            "dispatched_at": until_end(orders.dispatched),
            "signed_at": until_end(signed),
            "handled_at": handled,
            "replied_at": np.where(np.isnat(handled), NEVER, replied),
            "closed_at": closed,
            "due_at": orders.due,
            "due_provisional": orders.provisional,
            "extended_due_at": orders.until,
        },
        index=orders.cases.index,
    )
