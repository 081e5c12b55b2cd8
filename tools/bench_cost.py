"""What a piece of work costs in a process of its own: seconds, processor time, memory."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, Self


class Cost(NamedTuple):
    seconds: float
    processor: float  # seconds of all threads together: other users of the machine hardly matter
    megabytes: float  # the most memory that the process held at a time


class Stopwatch:
    """Times what is done inside a `with` block."""

    def __init__(self) -> None:
        self.seconds = self.processor = 0.0

    def __enter__(self) -> Self:
        self._start = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        start, used = self._start
        self.seconds = time.perf_counter() - start
        self.processor = time.process_time() - used


def fresh(work: Callable[..., Any], *arguments: Any) -> Cost:
    """The cost of work in a fresh process; all of it, unless it returns a stopwatch."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(_cost, work, arguments).result()


def least(costs: Sequence[Cost]) -> Cost:
    """The fastest run, with the most memory that any of them held."""
    fastest = min(costs, key=lambda cost: cost.seconds)
    return fastest._replace(megabytes=max(cost.megabytes for cost in costs))


def _cost(work: Callable[..., Any], arguments: Sequence[Any]) -> Cost:
    with Stopwatch() as whole:
        told = work(*arguments)
    watch = told if isinstance(told, Stopwatch) else whole
    # Linux's own account of this address space: ru_maxrss would be handed down by the parent.
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    peak = next(line for line in status if line.startswith("VmHWM"))
    return Cost(watch.seconds, watch.processor, int(peak.split()[1]) / 1024)
