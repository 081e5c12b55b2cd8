"""The catalogue of reasons: complete, worded for the public, and loud when it is wrong."""

import re
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from cities import ROOT, City, profile
from cities.reasons import KINDS, LANGUAGES, SETTLED, BadReason, Reason, cite, cited, read
from data_access.cases.records import Case, Event

FILE = ROOT / "ankang" / "reasons.toml"
# National numbers of China that everybody may publish; a firm's or a person's is not among them.
PUBLIC = {"110", "119", "120", "12333", "12345", "12348", "12368", "12388"}
SIX = {  # the cases that article 11 of the Beijing regulation handles differently
    "emergency", "litigation_arbitration", "already_concluded", "secret_or_private",
    "outside_public_duty", "unlawful_request",
}  # fmt: skip
GOOD = """
[laws]
own = { zh = "《条例》", en = "Regulation", reference = false }
[channels]
line = { zh = "热线", en = "Line", phone = "12345" }
desk = { zh = "窗口", en = "Desk", address = { zh = "一号", en = "No. 1" }, made_up = true }
[reasons.petition]
kind = "not_handled"
weight = 1
name = { zh = "信访", en = "Petition" }
meaning = { zh = "一句。两句！", en = "One. Two 110. Three!" }
next_step = { zh = "打电话", en = "Call" }
right_channel = { zh = "窗口", en = "The desk" }
channels = ["line", "desk"]
basis = [{ law = "own", article = { zh = "第一条", en = "article 1" } }]
lawyer_check = true
to_check = { zh = "条款", en = "the article" }
"""


def catalogue(folder: Path, old: str = "", new: str = "") -> Path:
    """The good catalogue with one change, in a file."""
    assert old in GOOD
    path = folder / "reasons.toml"
    path.write_text(GOOD.replace(old, new, 1), "utf-8")
    return path


def test_a_good_catalogue_is_read(tmp_path: Path) -> None:
    (reason,) = read(catalogue(tmp_path))
    assert (reason.code, reason.kind, reason.names["zh"]) == ("petition", "not_handled", "信访")
    assert [channel.phone for channel in reason.channels] == ["12345", ""]
    assert reason.channels[1].made_up
    assert cited(reason, "zh") == "《条例》第一条"
    assert cited(reason, "en") == "Regulation, article 1"


def test_a_city_without_the_file_has_no_reasons(tmp_path: Path) -> None:
    assert read(tmp_path / "reasons.toml") == ()
    assert profile("nyc").reasons == ()


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('kind = "not_handled"', 'kind = "refused"', "reasons.petition.kind: 'refused'"),
        ('kind = "not_handled"', "", "reasons.petition.kind: None"),
        ("weight = 1", "weight = -1", "reasons.petition.weight"),
        ("weight = 1", 'weight = "1"', "reasons.petition.weight"),
        ("weight = 1", "weight = nan", "reasons.petition.weight"),
        ("weight = 1", "wieght = 1", "reasons.petition.wieght: unknown"),
        ('en = "Petition"', 'en = ""', "reasons.petition.name.en: missing"),
        ('zh = "信访"', 'zh = "Petition"', "reasons.petition.name.zh: not in its language"),
        ('en = "Call"', 'en = "打电话"', "reasons.petition.next_step.en: not in its language"),
        (
            'name = { zh = "信访", en = "Petition" }',
            'name = "信访"',
            "reasons.petition.name: needs",
        ),
        ('"信访"', f'"{"信" * 25}"', "reasons.petition.name.zh: over 24"),
        ("一句。两句！", "一句。两句。三句。四句。", "reasons.petition.meaning.zh: one to 3"),
        ("一句。两句！", "没有句号", "reasons.petition.meaning.zh: one to 3"),
        ('["line", "desk"]', "[]", "reasons.petition.channels: needs"),
        ('["line", "desk"]', '["lime"]', "reasons.petition.channels: 'lime' is not listed"),
        ('law = "own"', 'law = "other"', "reasons.petition.basis: 'other' is not listed"),
        ('law = "own"', 'law = "own", page = 3', "reasons.petition.basis.page: unknown"),
        ("lawyer_check = true", "", "reasons.petition.lawyer_check"),
        ('to_check = { zh = "条款", en = "the article" }', "", "reasons.petition.to_check: needs"),
        ('phone = "12345"', 'phone = "call us"', "channels.line.phone: 'call us'"),
        (', phone = "12345"', "", "channels.line: needs a phone or an address"),
        (", made_up = true", "", "channels.desk.made_up: true or false"),
        (", reference = false", "", "laws.own.reference: true or false"),
        ("[reasons.petition]", "[reasons.all]", "reasons.all: not a code"),
        ("[reasons.petition]", '[reasons."A b"]', "reasons.A b: not a code"),
        ("[laws]", "[rules]", "laws: missing"),
        ("[laws]", "[more]\n[laws]", "file.more: unknown"),
        ("[laws]", "[laws", "Expected"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, key: str) -> None:
    with pytest.raises(BadReason) as caught:
        read(catalogue(tmp_path, old, new))
    assert "reasons.toml: " in str(caught.value)
    assert key in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("一句。两句！", "经核查，现已调查完毕。"),
        ("一句。两句！", "已妥 善处 理。"),
        ("One. Two 110. Three!", "Investigation complete."),
        ('en = "The desk"', 'en = "Your case was RESOLVED"'),
        ('en = "Petition"', 'en = "No further action"'),
    ],
)
def test_could_not_is_never_worded_as_done(tmp_path: Path, old: str, new: str) -> None:
    with pytest.raises(BadReason, match="reads as if the matter were settled"):
        read(catalogue(tmp_path, old, new))


def test_every_reason_of_the_demo_data_is_in_the_catalogue(
    demo_cases: Engine, ankang: City
) -> None:
    by_kind = {kind: {r.code for r in ankang.reasons if r.kind == kind} for kind in KINDS}
    with demo_cases.connect() as connection:
        given = set(connection.scalars(select(Case.reason_code).distinct())) - {""}
        events = set(connection.execute(select(Event.kind, Event.reason_code).distinct()))
    assert given <= by_kind["not_handled"]
    assert len(given) >= 12
    for kind, code in events:
        if code:
            assert code in by_kind["return" if kind == "transfer" else kind]


def test_the_catalogue_has_all_grounds(ankang: City) -> None:
    codes = {reason.code for reason in ankang.reasons if reason.kind == "not_handled"}
    assert codes >= SIX
    assert codes >= {"objective_conditions", "technical_or_funding", "beyond_jurisdiction"}
    assert {reason.kind for reason in ankang.reasons} == set(KINDS)


def test_only_public_numbers_and_labelled_addresses(ankang: City) -> None:
    channels = [channel for reason in ankang.reasons for channel in reason.channels]
    assert {channel.phone for channel in channels if channel.phone} == PUBLIC
    assert all(channel.made_up for channel in channels if channel.address)
    assert not re.search(r"0915|1[3-9]\d{9}", FILE.read_text("utf-8"))


def test_rules_of_elsewhere_are_marked(ankang: City) -> None:
    """Ankang's own regulation was not found, so no rule of another city may look like it."""
    for reason in ankang.reasons:
        assert reason.lawyer_check, reason.code
        for basis in reason.basis:
            local = any(name in basis.title["zh"] for name in ("北京", "济南", "66号"))
            assert cite(basis, "zh").startswith("参照") == local == basis.reference


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_public_word_says_that_it_is_settled(ankang: City, language: str) -> None:
    for reason in ankang.reasons:
        for words in (reason.names, reason.meaning, reason.next_step, reason.right_channel):
            plain = "".join(words[language].split()).casefold()
            assert not [phrase for phrase in SETTLED if phrase in plain], reason.code


def test_a_date_is_asked_of_what_waits_for_money(ankang: City) -> None:
    reason = _of(ankang, "technical_or_funding")
    assert "预计" in reason.meaning["zh"]
    assert "date" in reason.meaning["en"]


def test_the_demo_writes_what_the_catalogue_says(demo_cases: Engine, ankang: City) -> None:
    query = select(Case.reason_code, Case.legal_basis, Case.right_channel).distinct()
    with demo_cases.connect() as connection:
        rows = connection.execute(query.where(Case.reason_code != "")).all()
    assert rows
    for code, basis, channel in rows:
        reason = _of(ankang, code)
        assert (basis, channel) == (cited(reason, "zh"), reason.right_channel["zh"])


def test_the_file_holds_nothing_that_is_not_read(ankang: City) -> None:
    told = tomllib.loads(FILE.read_text("utf-8"))
    used = {channel.names["zh"] for reason in ankang.reasons for channel in reason.channels}
    assert used == {channel["zh"] for channel in told["channels"].values()}
    titles = {basis.title["zh"] for reason in ankang.reasons for basis in reason.basis}
    assert titles == {law["zh"] for law in told["laws"].values()}


def _of(city: City, code: str) -> Reason:
    return next(reason for reason in city.reasons if reason.code == code)
