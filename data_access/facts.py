"""The fact tables that metrics count: their columns, for whoever words, fills or counts them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """A fact table. `datable` times can put a row into a month; flags are true or false."""

    datable: tuple[str, ...]
    times: tuple[str, ...]
    labels: tuple[str, ...]
    flags: tuple[str, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.datable, *self.times, *self.labels, *self.flags)


SUBJECTS = {
    # A row per case as it stood at a moment, `reported_at`. Its own `as_of` is earlier where the
    # file that told of it last did not look as far.
    "cases": Subject(
        datable=("received_at", "due_at", "closed_at"),
        times=(
            "accepted_at", "dispatched_at", "signed_at", "handled_at", "replied_at",
            "called_back_at", "extended_due_at", "as_of", "reported_at",
        ),
        labels=(
            "unit", "area", "category", "category2", "channel", "nature", "entry_line", "outcome",
            "source",
        ),
        flags=("on_the_spot",),
    ),
    # A row per row of every file that was ingested; `fate` is stored, unchanged or quarantined.
    "rows": Subject(
        datable=("ingested_at",), times=(), labels=("source", "fate"), flags=("repaired",)
    ),
}  # fmt: skip
