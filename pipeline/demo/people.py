"""The two made-up people of a demo city through whose hands goes what its public reads."""

from data_access.supervision.viewer import Role, Viewer


def writer(city: str) -> Viewer:
    """Who enters and hands in."""
    return Viewer("demo:writer", "赵磊（演示）", city, frozenset({Role.EDITOR}))


def reader(city: str) -> Viewer:
    """Who approves."""
    return Viewer("demo:reader", "陈静（演示）", city, frozenset({Role.REVIEWER}))
