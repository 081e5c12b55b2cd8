"""How good the data are: counted against what was put in."""

import csv
import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from cities import City
from pipeline.__main__ import main
from pipeline.ingest import ingest
from pipeline.quality import metrics, quality
from tests.pipeline.test_ingest import GOOD, REQUIRED

TODAY = datetime.now(UTC).date()


def test_every_figure_is_the_one_that_was_put_in(engine: Engine, nyc: City, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    rows = [
        GOOD,
        GOOD | {"Unique Key": "2", "Borough": ""},  # no area
        GOOD | {"Unique Key": "3", "Created Date": "2011-04-02"},  # mended, and another month
        GOOD | {"Unique Key": "4", "Created Date": "??"},
        GOOD | {"Unique Key": "5", "Due Date": "01/01/2010 01:00:00 AM"},
    ]
    rows[2]["Due Date"] = rows[2]["Closed Date"] = ""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, [*REQUIRED, "Open Data Channel Type"])
        writer.writeheader()
        writer.writerows(row | {"Open Data Channel Type": "PHONE"} for row in rows)
    ingest(engine, "nyc311", str(path), nyc)
    ingested = TODAY.year * 100 + TODAY.month
    tomorrow = quality(engine, nyc, date(TODAY.year + 1, 1, 1))
    assert {
        (q.metric.id, q.month): (q.figure.numerator, q.figure.denominator) for q in tomorrow
    } == {
        ("quality_complete", 201103): (1, 2),
        ("quality_complete", 201104): (0, 1),  # no deadline
        ("quality_fresh", 201103): (0, 2),  # the file is old
        ("quality_fresh", 201104): (0, 1),
        ("quality_out_of_order", 201103): (0, 2),
        ("quality_out_of_order", 201104): (0, 1),
        ("quality_quarantined", ingested): (2, 5),
        ("quality_repaired", ingested): (1, 3),
    }
    assert {q.source for q in tomorrow} == {"nyc311"}


def test_the_demo_city_is_fresh_and_a_little_out_of_order(engine: Engine, ankang: City) -> None:
    ingest(engine, "demo", None, ankang, cases=12_000, seed=3)
    told = quality(engine, ankang, date(2026, 11, 1))
    fresh = [q.figure.value for q in told if q.metric.id == "quality_fresh"]
    assert len(fresh) == 48
    assert set(fresh) <= {1.0, None}
    swapped = sum(q.figure.numerator or 0 for q in told if q.metric.id == "quality_out_of_order")
    assert 0 < swapped < 20


def test_the_command_prints_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--cases", "300", "--seed", "1"]) == 0
    capsys.readouterr()
    question = ["quality", "--city", "ankang", "--as-of", "2026-11-01"]
    assert main([*question, "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["metric"] for row in rows} <= {metric.id for metric in metrics()}
    assert all(row["source"] == "demo" for row in rows)
    assert main(question) == 0
    assert "2026-10" in capsys.readouterr().out
