"""The OpenAPI document of the API held against the API itself, by Schemathesis."""

from typing import Any

import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema
from starlette.applications import Starlette

from data_access.lookup.limits import Limit
from data_access.published import Release
from web.api import answers, door, routes

LEAST = 1_000  # cases
SETTINGS: dict[str, Any] = {
    "seed": 1,
    "generation": {
        "max-examples": 40, "deterministic": True, "database": "none", "no-shrink": True,
    },
    "phases": {"stateful": {"enabled": False}},
}  # fmt: skip


def fuzz(**changes: Any) -> tuple[int, set[int], list[str]]:
    """How many cases were asked, with which answers, and what was not as the document says."""
    config = SchemathesisConfig.from_dict(SETTINGS | changes)
    app = Starlette(routes=routes.routes())
    schema = schemathesis.openapi.from_asgi(routes.DOCUMENT, app, config=config)
    asked, seen, wrong = 0, set(), []
    for event in from_schema(schema).execute():
        assert not isinstance(event, events.NonFatalError | events.FatalError), vars(event)
        if isinstance(event, events.ScenarioFinished):
            told = event.recorder
            asked += len(told.cases)
            seen |= {one.response.status_code for one in told.interactions.values() if one.response}
            wrong += [
                f"{event.label} {check.name}: {check.failure_info.failure.message}"
                for checks in told.checks.values() for check in checks
                if check.status == Status.FAILURE and check.failure_info
            ]  # fmt: skip
    return asked, seen, wrong


@pytest.fixture(autouse=True)
def no_limit(demo: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "ADDRESS", Limit(10**9, 60))


def test_every_answer_is_as_the_document_says() -> None:
    asked, seen, wrong = fuzz()
    assert wrong == []
    assert asked >= LEAST
    assert {200, 400, 404, 405} <= seen <= {200, 204, 400, 404, 405}


def test_an_answer_that_is_not_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "basis", lambda asked: {"city": 1})
    examples = {name: {"enabled": False} for name in ("coverage", "fuzzing", "stateful")}
    _, _, wrong = fuzz(phases=examples)
    assert any("cells response_schema_conformance" in one for one in wrong)
