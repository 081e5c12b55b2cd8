"""What a verification found: what was checked, what does not hold, what could not be checked."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Check:
    """One kind of check. `checked` says what and how many, `unchecked` what not and why.

    `others`: what failed is about releases beside this one.
    """

    name: str
    checked: str
    failed: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    others: bool = False


@dataclass(frozen=True)
class Report:
    """All checks of one folder; `title` says which release it claims to be."""

    folder: Path
    title: str
    checks: tuple[Check, ...] = field(default=())

    @property
    def failed(self) -> list[str]:
        """Everything that does not hold, in words."""
        return [text for check in self.checks for text in check.failed]

    @property
    def holds(self) -> bool:
        return not self.failed

    def lines(self) -> Iterator[str]:
        """The report as a person reads it."""
        yield f"{self.folder}: {self.title}"
        yield ""
        for check in self.checks:
            yield f"{'FAILED' if check.failed else 'ok':<8}{check.name}: {check.checked}"
            yield from (f"          {text}" for text in check.failed)
        missing = [(check.name, text) for check in self.checks for text in check.unchecked]
        if missing:
            yield ""
            yield "Not checked, and why:"
            yield from (f"  {name}: {text}" for name, text in missing)
        yield ""
        count = len(self.failed)
        yield f"{count} problems: do not rely on this release" if count else "whole and in order"
