"""What a caller may see of a case: its way so far, who has it, until when, and how it ended."""

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

# The way of a case, in order; each stage is reached once. Callbacks come before or after closing.
STAGES = (
    "received", "accepted", "dispatched", "signed", "handled", "replied", "closed", "called_back",
)  # fmt: skip
# May happen, and more than once.
DETOURS = ("extension", "return", "transfer", "merge", "recategorised", "reopen")
KEPT_DAYS = 90  # after closing, a code still opens its case for so long


@dataclass(frozen=True)
class Step:
    """One of STAGES or DETOURS on a day; of an extension the new deadline, and why by its code."""

    kind: str
    on: date
    until: date | None = None
    reason: str = ""


@dataclass(frozen=True)
class Progress:
    """A case as of a day, with days for moments and codes for words; nothing personal.

    Of a `guarded` case (sensitive category or a report) only steps and deadlines are told.
    `explanation` is a text that was approved for the public. `expires` is the last day.
    """

    as_of: date
    synthetic: bool
    steps: tuple[Step, ...]  # in the order in which they happened
    on_the_spot: bool = False
    guarded: bool = False
    unit: str = ""
    category: str = ""
    due: date | None = None  # the original deadline
    due_provisional: bool = False
    extended_due: date | None = None  # the one in force, if there was an extension
    outcome: str = ""
    reason: str = ""
    explanation: str = ""
    expires: date | None = None

    @property
    def deadline(self) -> date | None:
        """The deadline in force."""
        return self.extended_due or self.due

    @property
    def closed_on(self) -> date | None:
        """The day of closing, unless the case was taken up again after it."""
        last = [step for step in self.steps if step.kind in ("closed", "reopen")][-1:]
        return last[0].on if last and last[0].kind == "closed" else None

    @property
    def rating_open(self) -> bool:
        """Whether its caller may still rate it: closed, and not called back since."""
        kinds = [step.kind for step in self.steps]
        if self.closed_on is None:
            return False
        return "called_back" not in kinds[len(kinds) - kinds[::-1].index("closed") :]


def to_bytes(progress: Progress) -> bytes:
    """Progress as JSON; what is empty is left out."""
    told = _filled(vars(progress)) | {"steps": [_filled(vars(step)) for step in progress.steps]}
    return json.dumps(told, default=date.isoformat, ensure_ascii=False).encode()


def _filled(told: dict[str, Any]) -> dict[str, Any]:
    needed = ("synthetic", "steps")
    return {name: value for name, value in told.items() if value or name in needed}


def from_bytes(content: bytes) -> Progress:
    """Progress from its JSON."""
    told = _dated(json.loads(content), "as_of", "due", "extended_due", "expires")
    steps = tuple(Step(**_dated(step, "on", "until")) for step in told["steps"])
    return Progress(**told | {"steps": steps})


def _dated(told: dict[str, Any], *names: str) -> dict[str, Any]:
    return told | {name: date.fromisoformat(told[name]) for name in names if name in told}
