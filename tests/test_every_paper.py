"""Every single paper that a register declares: refused before it is ready, masked, in three languages, archival, sealed in honest words."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any

import pikepdf
import pytest

import models
from models.core import papers
from models.core.access import Refused
from models.core.actor import acting
from models.core.documents import reports
from services import bookkeeping
from services.display import Reader, masked_name
from services.papers import keeping
from services.papers.declared import declared
from services.papers.manuscript import Manuscript
from services.papers.printing import painted
from tests.conftest import House
from tests.make import NAME, PHONE
from tests.matrix import ROLES, holds
from tests.office import Office
from tests.papers import assert_archival, fonts, ink, picture, words
from tests.prints import EVERY, MADE_BY, paper_of, record_for, too_early

HAN = re.compile(r"[\u3400-\u9fff]")
LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
DATA = {"TEST", "TS", "ZX", "SS", "WT", "TZ", "ST", "JY", "YS", "TJ", "CP"}  # what stands in numbers and clauses
LANGUAGES = ("zh", "en", "both")

each_paper = pytest.mark.parametrize(("key", "name"), EVERY, ids=[name for _key, name in EVERY])


def printed_for(office: Office, role: str, row: Any, name: str) -> Manuscript:
    """The paper of a record, as the account of a role prints it."""
    with office.acting_as(role) as session:
        again = session.get_one(type(row), row.id)
        return declared(session, name, again, office.site, Reader(role, "zh", office.reader_zone))


def printer(key: str, name: str) -> str:
    """A role that may print the paper, and reads names in clear where anybody does."""
    by = papers.roles(paper_of(key, name).by or "staff")
    able = [role for role in ROLES if role in by and holds(role, key, "print")]
    return max(able, key=lambda role: holds(role, key, "names"))


@pytest.fixture(scope="module")
def shelf() -> dict[tuple[str, str], bytes]:
    """What was painted already in this module, by name of the paper and language."""
    return {}


@pytest.fixture(scope="module")
def scripts() -> dict[str, Manuscript]:
    """What stands on each paper, made once."""
    return {}


@pytest.fixture
def script(database: House, scripts: dict[str, Manuscript], key: str, name: str, request: pytest.FixtureRequest) -> Manuscript:
    """What stands on the paper, printed by somebody who reads names."""
    if name not in scripts:
        office = request.getfixturevalue("office")
        with office.acting_as("console") as session:
            row = record_for(session, name)
        scripts[name] = printed_for(office, printer(key, name), row, name)
    return scripts[name]


@pytest.fixture
def pdf(script: Manuscript, shelf: dict[tuple[str, str], bytes], name: str, lang: str) -> bytes:
    """The paper in one language, painted once."""
    if (name, lang) not in shelf:
        shelf[name, lang] = painted(script.paper, lang)
    return shelf[name, lang]


# What makes which ----------------------------------------------------------------------


def test_every_single_paper_of_the_documents_is_made_by_what_the_table_says_and_by_nothing_else() -> None:
    found: dict[str, list[str]] = {}
    for register in models.registers():
        if register.sheet.report:
            found.setdefault(register.sheet.report, []).append(register.key)
        for alias in register.about.aliases:
            if alias.sheet.report:
                found.setdefault(alias.sheet.report, []).append(f"{register.key} {alias.title.text.rpartition(' ')[2]}")
        for paper in register.prints:
            for each in paper.report.split():
                found.setdefault(each, []).append(f"{register.key} {paper.name}")
    assert {report: sorted(makers) for report, makers in found.items()} == {report: sorted(makers) for report, makers in MADE_BY.items()}
    assert len(MADE_BY) == 32 and set(MADE_BY) == set(reports())


# Who and when --------------------------------------------------------------------------


@each_paper
@pytest.mark.one_database
def test_it_is_refused_before_it_is_ready_to_who_may_not_print_and_of_a_void_record(office: Office, key: str, name: str) -> None:
    paper = paper_of(key, name)
    with office.acting_as("console") as session:
        row = record_for(session, name)
        early = too_early(session, key)
        session.commit()
        for role in (*ROLES, None):
            with acting(office.actor(role, office.site) if role else None):
                allowed = holds(role, key, "print") and (not paper.by or role in papers.roles(paper.by) | {"auditor"})
                assert (papers.against(row, paper) is None) == allowed, role
                if role and allowed:
                    assert papers.against(early, paper) == paper.not_ready
        with acting(office.actor("cs_supervisor", office.other_site)):
            assert papers.against(row, paper) is not None
        bookkeeping.void(session, row, "登记重复")
        for void in (early, row):
            with pytest.raises(Refused):
                declared(session, name, void, office.site, Reader("console", "zh", office.reader_zone))


@each_paper
@pytest.mark.one_database
def test_its_button_stands_on_the_page_of_a_record_that_is_ready_and_on_no_other(
    office: Office, no_margin: None, monkeypatch: pytest.MonkeyPatch, key: str, name: str
) -> None:
    with office.acting_as("console") as session:
        row = record_for(session, name)
        early = too_early(session, key)
    browser = office.client_as(printer(key, name))
    address = "/register/{}/{}/print/{}/"
    assert address.format(key, row.id, name) in browser.get(f"/register/{key}/{row.id}/").text
    assert address.format(key, early.id, name) not in browser.get(f"/register/{key}/{early.id}/").text
    assert browser.get(address.format(key, early.id, name)).status_code == 403
    assert browser.get(address.format(key, row.id, "nonsense")).status_code == 404
    answer = browser.get(address.format(key, row.id, name) + "?lang=en")
    assert answer.status_code == 200 and answer.mimetype == "application/pdf"
    assert row.number in words(answer.data)


# What stands on it ---------------------------------------------------------------------


@each_paper
@pytest.mark.one_database
def test_it_masks_names_for_who_may_not_read_them_and_telephones_for_everybody(office: Office, key: str, name: str) -> None:
    with office.acting_as("console") as session:
        row = record_for(session, name)
    paper = paper_of(key, name)
    personal = {models.register(key).field(each).kind for each in paper.keys}
    clear, hidden = (printed_for(office, role, row, name).paper for role in (printer(key, name), "auditor"))
    texts = [keeping.written(keeping.content_of(each)) for each in (clear, hidden)]
    assert all(PHONE not in text for text in texts) and NAME not in texts[1]
    if "person" in personal:
        assert NAME in texts[0] and masked_name(NAME) in texts[1] and hidden.masking_note


@each_paper
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.one_database
def test_it_stands_in_its_languages_with_number_title_and_the_place_of_the_seal(
    script: Manuscript, pdf: bytes, key: str, name: str, lang: str
) -> None:
    text = words(pdf)
    flat = re.sub(r"\s+", "", text)
    assert script.number in flat
    for side in {"zh": (0,), "en": (1,), "both": (0, 1)}[lang]:
        assert re.sub(r"\s+", "", script.paper.title[side]) in flat
        assert ("盖章处", "Seal")[side] in flat
    if lang == "zh":
        assert {word for word in LATIN_WORD.findall(text) if not re.fullmatch(r"[0-9a-fA-F]+", word)} <= DATA
    assert "可靠电子签名" not in flat and "reliable electronic signature" not in text.lower()
    assert "{" not in flat and "None" not in flat


@each_paper
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.one_database
def test_it_is_archival_accessible_and_of_one_family_of_type(pdf: bytes, key: str, name: str, lang: str) -> None:
    assert_archival(pdf, lang)
    assert {each.removesuffix("-Bold") for each in fonts(pdf)} == {"NotoSansSC"}
    with pikepdf.open(BytesIO(pdf)) as opened:
        enclosed = "figures.json" if name == "report" else "record.json"
        record = json.loads(opened.attachments[enclosed].get_file().read_bytes())
        assert record["number"] and record["title"]["zh"] and record["language"] == lang


@each_paper
@pytest.mark.parametrize("lang", ["zh"])
@pytest.mark.one_database
def test_two_readers_draw_it_alike(pdf: bytes, key: str, name: str, lang: str) -> None:
    seen = [ink(picture(pdf, 1, tool, 100)) for tool in ("poppler", "mupdf")]
    assert min(seen) > 0.004 and seen[0] == pytest.approx(seen[1], rel=0.25)


@each_paper
@pytest.mark.one_database
def test_it_is_kept_as_plain_data_and_given_again_to_the_byte(script: Manuscript, key: str, name: str) -> None:
    kept = keeping.written(keeping.content_of(script.paper))
    of_this_printing = {each: getattr(script.paper, each) for each in ("printed_at", "printed_by", "trail", "created")}
    again = keeping.paper_of(json.loads(kept), **of_this_printing)
    assert keeping.written(keeping.content_of(again)) == kept
    assert painted(again, "zh") == painted(script.paper, "zh")
