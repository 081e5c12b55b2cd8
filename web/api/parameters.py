"""The parameters of the API, declared once: read by the handlers, told by the OpenAPI document."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import QueryParams

from data_access.published import DIMENSIONS
from metrics import lattice, registry
from metrics.periods import GRAINS
from metrics.sides import SLICES
from web.api.problems import Problem

CITY = "city"  # the slice that is cut by nothing
MOST, USUAL, FURTHEST = 1_000, 100, 10_000_000
WHOLE_NUMBER = re.compile("[0-9]{1,9}")


@dataclass(frozen=True)
class Parameter:
    """One parameter: a text that matches `pattern` or is one of `values`, or a whole number.

    What it means is `api.parameter.<name>` in the locale files.
    """

    name: str
    pattern: str = ""  # matches the whole text; read alike by Python and ECMAScript
    values: tuple[str, ...] = ()
    least: int | None = None  # of a whole number
    most: int | None = None
    longest: int = 80
    default: str = ""
    required: bool = False
    example: str = ""

    @property
    def schema(self) -> dict[str, Any]:
        """The same as JSON Schema."""
        if self.most is not None:
            return {"type": "integer", "minimum": self.least, "maximum": self.most,
                    "default": int(self.default)}  # fmt: skip
        told: dict[str, Any] = {"type": "string"}
        if self.values:
            told["enum"] = list(self.values)
        else:
            told |= {"pattern": f"^({self.pattern})$", "minLength": 1, "maxLength": self.longest}
        return told | ({"default": self.default} if self.default else {})

    def allows(self, given: str) -> bool:
        """Whether a text may stand here."""
        if self.most is not None and self.least is not None:
            fits = WHOLE_NUMBER.fullmatch(given)
            return fits is not None and self.least <= int(given) <= self.most
        if self.values:
            return given in self.values
        return 0 < len(given) <= self.longest and re.fullmatch(self.pattern, given) is not None


def slices() -> tuple[str, ...]:
    """The slices of the lattice by name, as the tables of the open data are called."""
    return tuple(dict.fromkeys(called(table.by) for table in lattice.tables()))


def called(by: Sequence[str]) -> str:
    """The name of a slice: `area-town`, or `city`."""
    return "-".join(by) or CITY


PLACE = Parameter("city", "[a-z][a-z0-9_]*", longest=40, example="ankang")
RELEASE = Parameter(
    "release", "latest|[0-9]{4}-[0-9]{2}-[0-9]{2}-[0-9]{3}", longest=14, default="latest"
)
FORMAT = Parameter("format", values=("json", "csv"))
LIMIT = Parameter("limit", least=1, most=MOST, default=str(USUAL))
OFFSET = Parameter("offset", least=0, most=FURTHEST, default="0")
ID = Parameter("id", "[a-z][a-z0-9_]*", longest=60, required=True, example="on_time_rate")
LANGUAGE = Parameter("lang", values=("zh", "en"), default="zh")
METRIC = Parameter(
    "metric", values=tuple(registry.everything()), required=True, example="on_time_rate"
)
SLICE = Parameter("slice", values=slices(), default=CITY, example="unit")
GRAIN = Parameter("grain", values=GRAINS, example="quarter")
PERIOD = Parameter("period", "[0-9]{4}(-([0-9]{2}|Q[1-4]))?|all", longest=7, example="2026-Q3")
COMPARED = Parameter("by", values=SLICES, default=CITY, example="unit")
SIDES = tuple(Parameter(name, r"[^\x00-\x1f\x7f]+", longest=60) for name in ("a", "b"))
OVER = "[12][0-9]{3}(-(0[1-9]|1[0-2]|Q[1-4]))?"  # a period that can be over
A_PERIOD = Parameter("a_period", f"{OVER}|all", longest=7, required=True, example="2026-Q3")
B_PERIOD = Parameter("b_period", f"{OVER}|all", longest=7, example="2026-Q2")
B_RELEASE = Parameter("b_release", RELEASE.pattern, longest=RELEASE.longest)
MEMBERS = tuple(Parameter(name, r"[^\x00-\x1f\x7f]+", longest=60) for name in DIMENSIONS)
PAGED = (PLACE, RELEASE, FORMAT, LIMIT, OFFSET)


def read(
    declared: Sequence[Parameter], given: QueryParams, path: Mapping[str, str]
) -> dict[str, str]:
    """The values of a question, defaults filled in. Problem for all that is not declared."""
    known = {parameter.name: parameter for parameter in declared}
    pairs = [*path.items(), *given.multi_items()]
    names = [name for name, _ in pairs]
    for name, value in pairs:
        if name not in known:
            raise Problem("unknown_parameter", {"parameters": list(known)}, name=name)
        if names.count(name) > 1:
            raise Problem("repeated_parameter", name=name)
        if not known[name].allows(value):
            raise Problem("bad_value", {"schema": known[name].schema}, name=name)
    for parameter in declared:
        if parameter.required and parameter.name not in names:
            raise Problem("missing_parameter", {"schema": parameter.schema}, name=parameter.name)
    defaults = {parameter.name: parameter.default for parameter in declared if parameter.default}
    return defaults | dict(pairs)
