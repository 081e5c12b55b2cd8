"""Published figures, cached by question and release: a new release is never a stale hit.

They are asked for some ten times a rerun, and what is published never changes. So they are kept as
they are; `st.cache_data` would take a copy each time and cost more than the rest of a rerun.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, partial, wraps
from threading import Lock
from typing import Generic, ParamSpec, TypeVar

from components import session
from data_access import published
from data_access.published import Release, Scope
from metrics import registry
from metrics.headline import Headline
from metrics.headline import headlines as read_headlines
from metrics.measure import Figure, figures
from metrics.periods import closed

Asked = ParamSpec("Asked")
Told = TypeVar("Told")
FORGET: list[Callable[[], None]] = []


class Once(Generic[Told]):
    """An answer that is worked out once, however many ask for it at the same time."""

    def __init__(self) -> None:
        self._lock, self._found = Lock(), list[Told]()

    def answer(self, ask: Callable[[], Told]) -> Told:
        if not self._found:
            with self._lock:
                if not self._found:  # nobody answered while we waited
                    self._found.append(ask())
        return self._found[0]


def kept(most: int) -> Callable[[Callable[Asked, Told]], Callable[Asked, Told]]:
    """Keep so many answers of a function; nobody may change an answer.

    Its arguments are hashable and told by position.
    """

    def keep(ask: Callable[Asked, Told]) -> Callable[Asked, Told]:
        @lru_cache(most)
        def once(*_: Hashable) -> Once[Told]:
            return Once()

        @wraps(ask)
        def answer(*asked: Asked.args, **_: Asked.kwargs) -> Told:
            return once(*asked).answer(partial(ask, *asked))

        FORGET.append(once.cache_clear)
        return answer

    return keep


def forget() -> None:
    """Forget every answer: for tests, which change what never changes."""
    for clear in FORGET:
        clear()


class NoRelease(RuntimeError):
    """A page ran although nothing is published; the frame prevents it."""


def release() -> Release:
    """The release this rerun reads."""
    found = session.release()
    if found is None:
        raise NoRelease(session.city().id)
    return found


@kept(5_000)
def _measure(here: Release, metric: str, scope: Scope, by: str) -> list[Figure]:
    return figures(registry.get(metric), published.read(here, metric, scope, by))


def measure(metric: str, scope: Scope, by: str = "period") -> list[Figure]:
    """A metric's published figures at `scope`, one per value of `by`."""
    return list(_measure(release(), metric, scope, by))


def total(metric: str, scope: Scope) -> Figure | None:
    """A metric's one published figure at `scope`."""
    return next((found for found in measure(metric, scope) if found.key == scope.period), None)


def monthly(metric: str) -> list[Figure]:
    """A metric's city-wide figures of the closed months, oldest first."""
    as_of = release().as_of
    return [figure for figure in measure(metric, Scope(grain="month")) if closed(figure.key, as_of)]


@kept(100)
def _headlines(here: Release) -> list[Headline]:
    return read_headlines(here)


def headlines() -> list[Headline]:
    """The figures the overview opens with."""
    return list(_headlines(release()))


@kept(500)
def _periods(here: Release, metric: str, by: str) -> dict[str, str]:
    return {period: grain for grain, period in published.periods(here, metric, by)}


def periods(metric: str, by: str) -> dict[str, str]:
    """The closed periods for which a metric is published by a dimension: period → grain."""
    return dict(_periods(release(), metric, by))
