"""Reference tables: what the codes of the figures stand for, from the profile and the registry."""

from typing import Any

import pandas as pd

from cities import City, divisions, reasons
from metrics import registry
from metrics.model import Metric, formula
from pipeline.open_files.model import LANGUAGES


def metrics() -> pd.DataFrame:
    """Every metric as it is defined."""
    return pd.DataFrame([_metric(metric) for metric in registry.everything().values()])


def _metric(metric: Metric) -> dict[str, Any]:
    wording = metric.wording
    return {
        "metric": metric.id,
        **{f"name_{name}": wording[name].name for name in LANGUAGES},
        "topic": metric.topic,
        "kind": metric.kind,
        "unit_of_value": metric.unit,
        "direction": metric.direction,
        "dated_by": metric.dated_by,
        **{f"counted_{name}": wording[name].numerator for name in LANGUAGES},
        **{f"among_{name}": wording[name].denominator or None for name in LANGUAGES},
        **{f"why_{name}": wording[name].why for name in LANGUAGES},
        "formula": formula(metric),
        "source_title": metric.source.title,
        "source_clause": metric.source.clause,
        "sha256": metric.sha256,
    }


def units(city: City) -> pd.DataFrame:
    """The handling units."""
    rows = [
        {
            "unit": unit.code,
            **_named(unit.names),
            "peer_group": unit.peer_group,
            **{f"peer_group_{name}": city.peer_groups[unit.peer_group][name] for name in LANGUAGES},
        }
        for unit in city.units
    ]
    return pd.DataFrame(rows)


def places(city: City) -> pd.DataFrame:
    """Areas and towns; empty where a city's areas have no names."""
    rows: list[dict[str, Any]] = [
        {"division": unit.code, "level": "area", "parent": None, **_named(unit.names)}
        | {"residents": city.residents.get(unit.code)}
        for unit in city.units
        if unit.peer_group == "area"
    ]
    rows += [
        {"division": town.code, "level": "town", "parent": town.area, **_named(town.names)}
        | {"residents": None}
        for town in divisions.towns(city.id)
    ]
    return pd.DataFrame(rows).astype({"residents": "Int64"}) if rows else pd.DataFrame()


def lines(city: City) -> pd.DataFrame:
    """Hotlines that were joined to this one."""
    rows = [
        {"line": line.code, **_named(line.names), "mode": line.mode, "unit": line.unit}
        | {"documented": line.real}
        for line in city.lines
    ]
    return pd.DataFrame(rows)


def why(city: City) -> pd.DataFrame:
    """Why a case could not be handled, took longer or was handed back."""
    rows = [
        {
            "reason_code": reason.code,
            "kind": reason.kind,
            **_named(reason.names),
            **{f"meaning_{name}": reason.meaning[name] for name in LANGUAGES},
            **{f"next_step_{name}": reason.next_step.get(name) for name in LANGUAGES},
            **{f"basis_{name}": reasons.cited(reason, name) for name in LANGUAGES},
            "lawyer_check": reason.lawyer_check,
        }
        for reason in city.reasons
    ]
    return pd.DataFrame(rows)


def _named(words: dict[str, str]) -> dict[str, str]:
    return {f"name_{name}": words[name] for name in LANGUAGES}
