"""What every register does because it is one. A register is tested here the moment it stands on the shelf."""

from __future__ import annotations

import csv
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from weasyprint import Document

import models
from models.core.access import roles
from models.core.search import RUN
from models.core.session import now
from models.core.validity import FILL_IN, Invalid
from services import bookkeeping
from services.display import Reader
from services.exchange.writing import BOM
from services.listing import Asked, Listing
from services.papers import books, forms, keeping
from services.papers.printing import painted
from tests.make import PHONE, as_typed, make, stored, typed, values
from tests.office import Office
from tests.walk import said

KEYS = [register.key for register in models.registers()]
SPEC = Path(__file__).resolve().parents[1] / "docs" / "spec" / "registers.csv"
WRITER = "cs_supervisor"  # the one role that may enter, correct and void in every register

pytestmark = [pytest.mark.parametrize("key", KEYS), pytest.mark.usefixtures("no_margin")]


def made(office: Office, key: str, **over: Any) -> Any:
    """A record at the first site, as it was stored."""
    with office.acting_as("console") as session:
        return make(session, models.register(key), **over)


def brought(key: str) -> bool:
    """Whether records of the register come with others, under whose number they stand."""
    return any(field.shares_number and field.required for field in models.register(key).fields().values())


def typed_by_somebody(key: str) -> None:
    """Leave out a register whose figures are reckoned from other records: nobody enters or corrects them."""
    if not roles(models.register(key).access.edit):
        pytest.skip("Nobody types it.")


@pytest.mark.both_databases
def test_it_is_entered_by_its_form_and_stands_in_its_list(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        sent = typed(session, register, office.site)
    browser = office.client_as(WRITER)
    answer = browser.post(f"/register/{key}/new/", sent)
    if brought(key):
        refused = 422 if roles(register.access.create) else 403
        assert answer.status_code == refused, "Its number is taken by the record that was brought along; the form says so."
        with office.acting_as("console") as session:
            record = session.execute(select(register.id)).scalars().first()
    else:
        assert answer.status_code == 302, said(answer)
        record = int(answer.location.rstrip("/").rpartition("/")[2])
    with office.acting_as("console") as session:
        row = session.get_one(register, record)
        kept = as_typed(register, office.site, {name: row.get(name) for name in register.entry_keys()})
        if not brought(key):
            assert {name: kept.get(name) for name in sent} == sent
    assert row.number in said(browser.get(f"/register/{key}/"))
    assert row.number in said(browser.get(f"/register/{key}/{record}/"))


@pytest.mark.both_databases
def test_its_number_is_built_as_declared_and_the_next_one_follows(office: Office, key: str) -> None:
    about = models.register(key).about
    shape = re.escape(about.number)
    shape = shape.replace(r"\{site\}", "TEST").replace(r"\{year\}", r"\d{4}")
    shape = re.sub(r"\\\{serial:0(\d)\\\}", r"(\\d{\1,})", shape)
    first, second = made(office, key), made(office, key)
    found = [re.fullmatch(shape, row.number) for row in (first, second)]
    assert all(found), f"{first.number}, {second.number} against {shape}"
    register = models.register(key)
    linked = [models.register(field.target) for field in register.fields().values() if field.kind == "link" and field.required]
    brought_along = sum(each.target == key for other in linked for each in other.brings.values())  # with the record it links to
    assert int(found[1][1]) == int(found[0][1]) + 1 + brought_along  # type: ignore[index]


@pytest.mark.both_databases
def test_it_is_found_by_one_character_and_by_two(office: Office, key: str) -> None:
    register = models.register(key)
    row = made(office, key)
    wanted = {row.number[-2:], row.number}
    for name, field in register.fields().items():
        text = row.get(name)
        if field.searched and text:
            writing = "".join(RUN.findall(text))
            wanted |= {writing[0], text[:2], writing[-1], text}
    with office.acting_as(WRITER) as session:
        for word in wanted:  # as the page asks for them, which is opened for one below
            found = Listing(session, register, office.site.id, Asked(words=word), WRITER, office.reader_zone)
            assert row.number in [each.number for each in found.page([register.number], 50).rows], f"not found by {word!r}"
    browser = office.client_as(WRITER)
    assert row.number in said(browser.get(f"/register/{key}/", query_string={"search": row.number[-1]}))
    assert row.number not in said(browser.get(f"/register/{key}/", query_string={"search": "鼹"}))


@pytest.mark.one_database
def test_each_required_field_refuses_to_stay_empty(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        full = values(session, register, office.site, register.entry_keys(), {})
    for name in register.entry_keys():
        field = register.field(name)
        if not field.required or field.kind == "tick" or (brought(key) and field.shares_number):
            continue
        with office.acting_as("console") as session:
            with pytest.raises(Invalid) as invalid:
                bookkeeping.enter(session, register, office.site.id, full | {name: None})
            session.rollback()
        assert invalid.value.problems.get(name) == FILL_IN, name


def test_a_correction_is_kept_and_its_history_tells_both_versions(office: Office, key: str) -> None:
    typed_by_somebody(key)
    register = models.register(key)
    row = made(office, key)
    name = next(each for each in register.editable_keys() if register.field(each).kind in ("line", "text", "staff"))
    browser = office.client_as(WRITER)
    sent = as_typed(register, office.site, {each: row.get(each) for each in register.editable_keys()})
    sent |= {name: "改正后的字", "version": str(row.version), "reason": "写错了"}
    assert browser.post(f"/register/{key}/{row.id}/edit/", sent).status_code == 302
    page = said(browser.get(f"/register/{key}/{row.id}/"))
    assert "改正后的字" in page
    assert str(row.get(name) or "") in page
    with office.acting_as("console") as session:
        assert session.get_one(register, row.id).get(name) == "改正后的字"


@pytest.mark.one_database
def test_a_correction_that_leaves_a_masked_value_blank_keeps_it(office: Office, key: str) -> None:
    typed_by_somebody(key)
    register = models.register(key)
    row = made(office, key)
    hidden = [name for name in register.editable_keys() if register.field(name).kind == "phone" and row.get(name)]
    sent = as_typed(register, office.site, {name: row.get(name) for name in register.editable_keys() if name not in hidden})
    sent |= dict.fromkeys(hidden, "") | {"version": str(row.version)}
    assert office.client_as(WRITER).post(f"/register/{key}/{row.id}/edit/", sent).status_code == 302
    with office.acting_as("console") as session:
        again = session.get_one(register, row.id)
        assert [again.get(name) for name in hidden] == [PHONE for _each in hidden]


def test_the_second_of_two_who_save_sees_both_versions_and_nothing_is_lost(office: Office, key: str) -> None:
    typed_by_somebody(key)
    register = models.register(key)
    row = made(office, key)
    name = next(each for each in register.editable_keys() if register.field(each).kind in ("line", "text", "staff"))
    sent = as_typed(register, office.site, {each: row.get(each) for each in register.editable_keys()}) | {"version": str(row.version)}
    browser = office.client_as(WRITER)
    assert browser.post(f"/register/{key}/{row.id}/edit/", sent | {name: "先保存的字"}).status_code == 302
    late = browser.post(f"/register/{key}/{row.id}/edit/", sent | {name: "后保存的字"})
    assert late.status_code == 409
    assert "先保存的字" in said(late)
    assert "后保存的字" in said(late)
    with office.acting_as("console") as session:
        assert session.get_one(register, row.id).get(name) == "先保存的字"
        version = session.get_one(register, row.id).version
    again = browser.post(f"/register/{key}/{row.id}/edit/", sent | {name: "后保存的字", "version": str(version)})
    assert again.status_code == 302


def test_a_void_needs_a_reason_and_leaves_number_and_record_where_they_are(office: Office, key: str) -> None:
    register = models.register(key)
    row = made(office, key)
    browser = office.client_as(WRITER)
    assert browser.post(f"/register/{key}/{row.id}/void/", {"void_reason": "  "}).status_code == 422
    assert browser.post(f"/register/{key}/{row.id}/void/", {"void_reason": "重复登记"}).status_code == 302
    with office.acting_as("console") as session:
        again = session.get_one(register, row.id)
        assert again.voided_at is not None
        assert again.void_reason == "重复登记"
        assert stored(again) == stored(row) | {each: again.get(each) for each in ("lent",) if each in register.fields()}
    page = said(browser.get(f"/register/{key}/?view=void"))
    assert row.number in page
    assert "重复登记" in said(browser.get(f"/register/{key}/{row.id}/"))
    assert browser.get(f"/register/{key}/{row.id}/edit/").status_code == 403
    for transition in register.transitions:
        assert browser.post(f"/register/{key}/{row.id}/step/{transition.name}/").status_code in (302, 403)
    with office.acting_as("console") as session:
        assert session.get_one(register, row.id).state == row.state


@pytest.mark.one_database
@pytest.mark.parametrize("language", ["zh", "en", "both"])
def test_its_book_and_its_form_are_printed(office: Office, key: str, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In each language they are set whole; where both stand on the sheet, every stroke of them is painted too."""
    if language != "both":
        monkeypatch.setattr(Document, "write_pdf", lambda set_pages, **how: b"%PDF-")
    register = models.register(key)
    row = made(office, key)
    reader = Reader(WRITER, "zh", office.reader_zone)
    with office.acting_as(WRITER) as session:
        again = session.get_one(register, row.id)
        day = getattr(again, register.about.moment)
        start = day.astimezone(reader.zone).date() if hasattr(day, "astimezone") else day
        papers = [
            books.period(session, register, office.site, start, start, reader).paper,
            forms.form(session, again, office.site, reader).paper,
        ]
    assert all(painted(paper, language).startswith(b"%PDF-") for paper in papers)
    kept = [keeping.written(keeping.content_of(paper)) for paper in papers]
    assert [keeping.written(keeping.content_of(keeping.paper_of(json.loads(each)))) for each in kept] == kept


@pytest.mark.one_database
def test_its_blank_form_is_printed(office: Office, key: str) -> None:
    typed_by_somebody(key)
    reader = Reader(WRITER, "zh", office.reader_zone)
    with office.acting_as(WRITER):
        assert painted(forms.blank(models.register(key), office.site, reader), "both").startswith(b"%PDF-")


def test_it_is_exported_as_workbook_and_as_csv_with_a_line_of_headings(office: Office, key: str) -> None:
    register = models.register(key)
    row = made(office, key)
    browser = office.client_as(WRITER)
    text = said(browser.get(f"/register/{key}/export/csv/"))
    assert text.startswith(BOM.decode() if isinstance(BOM, bytes) else BOM)
    heading, line, *rest = text.strip().splitlines()
    assert row.number in text
    for field in register.fields().values():
        assert field.label.say("zh") in heading
    book = said(browser.get(f"/register/{key}/export/xlsx/"))
    assert row.number in book
    assert PHONE not in text + book
    assert line or rest


def test_its_titles_are_those_of_the_documents_in_both_languages(key: str) -> None:
    register = models.register(key)
    with SPEC.open(encoding="utf-8") as file:
        titles = {line["id"]: (line["zh"], line["en"]) for line in csv.DictReader(file)}
    said_so = (register.about.title.say("zh"), register.about.title.say("en"))
    if not register.about.spec:
        assert said_so not in titles.values(), f"{said_so} is a form of the documents: name it in About(spec=…)."
        return
    named = [titles[spec] for spec in register.about.spec]
    assert said_so in named or not named, f"{said_so} is no title of {register.about.spec} in {SPEC.name}"


def test_every_field_is_called_differently_in_both_languages_and_nothing_twice(key: str) -> None:
    fields = models.register(key).fields().values()
    for language in ("zh", "en"):
        labels = [field.label.say(language) for field in fields]
        twice = {each for each in labels if labels.count(each) > 1}
        assert not twice, f"Two fields are called the same: {twice}"
    assert not [field.key for field in fields if field.label.say("zh") == field.label.text], "A label is missing in the Chinese catalogue."


def test_every_value_of_its_choices_can_be_entered_and_is_said_in_both_languages(key: str) -> None:
    for field in models.register(key).fields().values():
        for choice in field.choices or ():
            assert choice.label.say("zh") != choice.label.say("en"), f"{field.key}: {choice.value}"
            assert len(choice.value) <= 32


def test_a_form_that_is_sent_twice_is_entered_once(office: Office, key: str) -> None:
    register = models.register(key)
    with office.acting_as("console") as session:
        sent = typed(session, register, office.site) | {"once": "the token of one page"}
        before = session.execute(select(func.count()).select_from(register)).scalar_one()
    browser = office.client_as(WRITER)
    first, second = (browser.post(f"/register/{key}/new/", sent) for _time in range(2))
    with office.acting_as("console") as session:
        after = session.execute(select(func.count()).select_from(register)).scalar_one()
    if brought(key):
        assert (first.status_code, after) == (422 if roles(register.access.create) else 403, before)
    else:
        assert first.location == second.location
        assert after == before + 1


@pytest.mark.one_database
def test_nothing_is_entered_before_it_happens(office: Office, key: str) -> None:
    typed_by_somebody(key)
    register = models.register(key)
    moment = register.fields()[register.about.moment]
    ahead = now() + timedelta(days=3)
    with office.acting_as("console") as session:
        with pytest.raises(Invalid) as refused:
            make(session, register, **{moment.key: ahead.date() if moment.kind == "day" else ahead})
        session.rollback()
    assert moment.key in refused.value.problems
