"""The site with its figures as constants: `uvicorn tools.constant_app:app`, a yardstick only.

Every function whose answers the site caches is asked once; from then on its answer is an object in
memory, and the release in force is the one that was found first. What is left is what the same
pages cost if they read nothing.
"""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

import streamlit as st

from data_access import published


def constant(*_: Any, **__: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A stand-in for `st.cache_data`: arguments whose names begin with _ are no part of the key."""

    def keep(ask: Callable[..., Any]) -> Callable[..., Any]:
        names = ask.__code__.co_varnames[: ask.__code__.co_argcount]
        told: dict[Any, Any] = {}

        @wraps(ask)
        def answer(*given: Any, **named: Any) -> Any:
            key = tuple(
                (name, value)
                for name, value in [*zip(names, given, strict=False), *sorted(named.items())]
                if not name.startswith("_")
            )
            if key not in told:
                told[key] = ask(*given, **named)
            return told[key]

        return answer

    return keep


st.cache_data = constant  # type: ignore[assignment]
published.current = cache(published.current)
published.published_cities = cache(published.published_cities)

from app import app  # noqa: E402 - only now: the pages' modules take the stand-ins

__all__ = ["app"]
