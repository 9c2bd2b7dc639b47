"""Every table inside a form: typed line by line, kept as typed, wrong cells marked, blank lines dropped."""

from __future__ import annotations

from typing import Any

import pytest

import models
from models.core.register import Register
from tests.make import PHONE, as_typed, make, stored, typed
from tests.office import Office
from tests.walk import said

GRIDS = [
    (register.key, key) for register in models.registers() for key in register.entry_keys() if register.fields()[key].lines is not None
]
pytestmark = [pytest.mark.parametrize(("key", "name"), GRIDS, ids=lambda part: part), pytest.mark.usefixtures("no_margin")]
WRITER = "cs_supervisor"


def declared(key: str, name: str) -> tuple[type[Register], Any]:
    """The register and its table."""
    register = models.register(key)
    return register, register.fields()[name]


def sendable(office: Office, register: type[Register]) -> dict[str, str]:
    """What a person types into the whole form."""
    with office.acting_as("console") as session:
        return typed(session, register, office.site)


def test_what_is_typed_in_its_lines_is_kept_and_shown_again(office: Office, key: str, name: str) -> None:
    register, field = declared(key, name)
    sent = sendable(office, register)
    browser = office.client_as(WRITER)
    answer = browser.post(f"/register/{key}/new/", sent)
    if answer.status_code != 302:
        pytest.skip("It is brought along by another record and not entered by hand.")
    record = int(answer.location.rstrip("/").rpartition("/")[2])
    with office.acting_as("console") as session:
        row = session.get_one(register, record)
        lines = row.get(name)
        again = as_typed(register, office.site, stored(row))
    mine = {each: value for each, value in sent.items() if each.startswith(f"{name}-")}
    assert mine and {each: again.get(each, "") for each in mine} == mine
    assert browser.get(f"/register/{key}/{record}/").status_code == 200
    edit = said(browser.get(f"/register/{key}/{record}/edit/"))
    assert f'name="{name}-0-' in edit
    if not field.each:
        assert len(lines) == 1, "Blank lines are dropped."
        assert f'name="{name}-3-' in edit, "There are blank lines to go on with."


@pytest.mark.one_database
def test_a_wrong_cell_is_marked_and_nothing_typed_is_lost(office: Office, key: str, name: str) -> None:
    register, field = declared(key, name)
    wrong = {"count": "很多", "day": "昨天", "moment": "不久前", "money": "不贵", "phone": "138", "identity": "430102199001011234"}
    column = next((each for each in field.lines.columns.values() if each.kind in wrong), None)
    if column is None:
        pytest.skip("Anything can be written in its columns.")
    sent = sendable(office, register) | {f"{name}-0-{column.key}": wrong[column.kind]}
    answer = office.client_as(WRITER).post(f"/register/{key}/new/", sent)
    page = said(answer)
    assert answer.status_code == 422
    assert f'id="error-{name}-0-{column.key}"' in page
    assert wrong[column.kind] in page
    for each, value in sent.items():
        if each.startswith(f"{name}-0-") and len(value) > 3:
            assert value in page, each


@pytest.mark.one_database
def test_personal_columns_are_masked_line_by_line(office: Office, key: str, name: str) -> None:
    register, field = declared(key, name)
    if not any(column.kind == "phone" for column in field.lines.columns.values()):
        pytest.skip("It has no telephone.")
    with office.acting_as("console") as session:
        row = make(session, register)
        session.flush()
        record = row.id
    for path in (f"{record}/", f"{record}/edit/"):
        page = said(office.client_as(WRITER).get(f"/register/{key}/{path}"))
        assert PHONE not in page
        assert "138****4712" in page
