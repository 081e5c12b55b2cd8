"""The fact tables that metrics count: their columns, for whoever words, fills or counts them."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Subject:
    """A fact table. `datable` times can put a row into a month; flags are true, false or unknown.

    `spans` are whole seconds from one time to another, negative where they ran backwards.
    """

    datable: tuple[str, ...]
    times: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    spans: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.datable, *self.times, *self.labels, *self.flags, *self.spans)

    @property
    def moments(self) -> tuple[str, ...]:
        return (*self.datable, *self.times)


PLACES = ("unit", "area", "town", "category", "category2", "source")
SUBJECTS = {
    # A row per case as it stood at a moment, `reported_at`. Its own `as_of` is earlier where the
    # file that told of it last did not look as far. `deadline_at` is the one in force at that
    # moment: the original one, or that of the last extension until then. `satisfaction` is what was
    # answered to the last callback.
    "cases": Subject(
        datable=("received_at", "due_at", "deadline_at", "closed_at"),
        times=(
            "accepted_at", "dispatched_at", "signed_at", "handled_at", "replied_at",
            "called_back_at", "extended_due_at", "extended_at", "as_of", "reported_at",
        ),
        labels=(
            *PLACES, "category3", "channel", "nature", "entry_line", "outcome", "reason_code",
            "repeat_of", "satisfaction",
        ),
        flags=("on_the_spot", "returned", "transferred", "reopened", "recategorised"),
        spans={
            "accepting_seconds": ("received_at", "accepted_at"),
            "dispatching_seconds": ("accepted_at", "dispatched_at"),
            "signing_seconds": ("dispatched_at", "signed_at"),
            "investigating_seconds": ("dispatched_at", "handled_at"),
            "solving_seconds": ("received_at", "closed_at"),
            "age_seconds": ("received_at", "as_of"),
            "replying_seconds": ("handled_at", "replied_at"),
            "closing_seconds": ("signed_at", "closed_at"),
            "left_seconds": ("closed_at", "deadline_at"),
            "moved_before_seconds": ("extended_at", "due_at"),
            "waiting_seconds": ("dispatched_at", "as_of"),
            "due_in_seconds": ("as_of", "deadline_at"),
        },
    ),
    # A row per callback that was made until that moment, with the unit of its case.
    "callbacks": Subject(
        datable=("asked_at",),
        times=("as_of", "reported_at"),
        labels=(*PLACES, "satisfaction"),
        flags=("reached", "answered", "refused", "contacted", "solved"),
    ),
    # A row per doubt that was raised until that moment, with the unit of its case: see doubt_facts.
    # `answer_due_at` is the end of the last working day on which an answer is in time.
    "doubts": Subject(
        datable=("raised_at", "answer_due_at"),
        times=("answered_at", "reported_at"),
        labels=PLACES,
    ),
    # A row per call to the hotline that was made until that moment.
    "calls": Subject(
        datable=("called_at",),
        times=("answered_at", "as_of", "reported_at"),
        labels=("entry_line", "source"),
        flags=("answered",),
        spans={"ringing_seconds": ("called_at", "answered_at")},
    ),
    # A row per row of every file that was ingested; `fate` is stored, unchanged or quarantined.
    "rows": Subject(datable=("ingested_at",), labels=("source", "fate"), flags=("repaired",)),
}  # fmt: skip
