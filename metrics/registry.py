"""Every metric there is, found in the folder of definitions."""

from functools import cache
from pathlib import Path

from metrics.model import TOPICS, Metric, load

FOLDER = Path(__file__).parent / "definitions"


def everything() -> dict[str, Metric]:
    """All metrics by id, in the order of their file names."""
    return _read(FOLDER)


@cache
def _read(folder: Path) -> dict[str, Metric]:
    return {path.stem: load(path) for path in sorted(folder.glob("*.toml"))}


def by_topic() -> dict[str, list[Metric]]:
    """All metrics by topic, in the order of the topics."""
    found = everything().values()
    return {topic: [metric for metric in found if metric.topic == topic] for topic in TOPICS}


def get(metric: str) -> Metric:
    """One metric; an unknown id is a LookupError that lists the known ones."""
    try:
        return everything()[metric]
    except KeyError:
        raise LookupError(f"no metric {metric!r}: there are {', '.join(everything())}") from None
