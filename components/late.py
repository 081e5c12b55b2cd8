"""What may be loaded only once Streamlit runs, because its caches look for it."""

from collections.abc import Mapping, Sequence

from components.drawn import Sheet


def sheet(name: str, query: Mapping[str, str]) -> Sheet:
    """A chart for a file; see components/exports.py. Raises Refused."""
    from components import exports

    return exports.sheet(name, query)


def sheets(query: Mapping[str, str], release: str) -> Sequence[Sheet]:
    """The charts of a story kit; see components/exports.py."""
    from components import exports

    return exports.sheets(query, release)
