"""What may become open data at all."""

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest

from cities import ROOT
from pipeline.open_subjects import NO_AREA, NOT_A_PLACE, SENSITIVE, subjects
from tests.open_city import PAPERS, RELIEF, mixed, release


def test_only_places_and_things_enter_and_nothing_sensitive() -> None:
    made = release(
        *mixed(10), *mixed(30, about=PAPERS), *mixed(30, about=("roads", "lamps", "")),
        *mixed(30, about=RELIEF), *mixed(30, nature="report"), *mixed(5, area="", town=""),
        *[{"reason_code": "petition"}] * 30, *[{"reason_code": "emergency"}] * 30,
    )  # fmt: skip
    assert made.dropped == {SENSITIVE: 120, NOT_A_PLACE: 60, NO_AREA: 5}
    assert Counter(made.table["category2"]) == {"lamps": 10}


def test_a_sensitive_category_cannot_be_a_place(tmp_path: Path) -> None:
    path = tmp_path / "categories.csv"
    path.write_text("level1,level2,level3,sensitive,place_or_thing\na,b,c,1,1\n", "utf-8")
    with pytest.raises(ValueError, match="never open data"):
        subjects(path)


def test_the_city_marks_its_categories() -> None:
    rows = pd.read_csv(ROOT / "ankang" / "categories.csv", keep_default_na=False)
    assert set(rows["place_or_thing"]) == {0, 1}
    open_ones = rows[rows["place_or_thing"] == 1]
    assert not open_ones["sensitive"].any()
    assert not set(open_ones["unit"]) & {"gongan", "weijian", "yibao", "minzheng", "canlian"}
    persons = {"医疗卫生", "教育培训", "民政救助", "劳动社保", "市场消费"}
    assert not set(open_ones["level1"]) & persons
    assert {"路灯不亮", "垃圾清运不及时", "建筑施工噪声", "供暖管网漏水"} <= set(
        open_ones["level3"]
    )
    about = subjects(ROOT / "ankang" / "categories.csv")
    assert len(about.place_or_thing) == len(open_ones)
    assert len(about.sensitive) == rows["sensitive"].sum()
