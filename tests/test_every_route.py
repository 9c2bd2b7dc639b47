"""Every route of every register, asked by every role and by a stranger, answers as the table in tests/matrix/ says."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

import models
from models.core.access import ACTIONS
from models.core.access import ROLES as DECLARED
from services.exchange.exports import fields_in_order
from services.papers import printing
from tests.make import NAME, PHONE, PROOF, make
from tests.matrix import EVERYBODY, MATRIX, ROLES, holds
from tests.office import Office
from tests.walk import Ids, kept, refusals, said, tries

KEYS = [register.key for register in models.registers()]
WRITES = {"create", "edit", "void", "load", "unmask"}


@pytest.fixture(autouse=True)
def plain_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Papers as plain text: what stands on them is looked for here, how they are set is tested elsewhere."""
    for name in ("print_book", "print_form", "print_certificate"):
        monkeypatch.setattr(printing, name, lambda paper, lang: repr(paper).encode())


@pytest.fixture
def ids(office: Office, request: pytest.FixtureRequest) -> Ids:
    """A record of the register at the first site, and one at the other."""
    register = models.register(request.getfixturevalue("key"))
    with office.acting_as("console") as session:
        own = make(session, register).id
    with office.acting_as("console", office.other_site) as session:
        foreign = make(session, register).id
    return Ids(own, foreign)


def hidden(key: str, role: str | None) -> list[str]:
    """The personal values of the register that a role may never meet unasked."""
    return [PHONE] if holds(role, key, "names") else [NAME, PHONE, PROOF]


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role or "stranger")
@pytest.mark.parametrize("key", KEYS)
def test_every_route_answers_each_role_as_the_table_says(
    app: Flask, engine: Engine, office: Office, key: str, role: str | None, ids: Ids
) -> None:
    register = models.register(key)
    browser = office.client_as(role)
    everything = list(tries(app, register, role, ids))
    wrong: list[str] = []
    # Refusals first: they must leave nothing behind but their entries.
    before, told = kept(engine), refusals(engine, role)
    refused = [each for each in everything if each.expected in ({403}, {404}, {405})]
    for each in refused:
        answer = each.send(browser)
        if answer.status_code not in each.expected or answer.location:
            wrong.append(f"{each}: {answer.status_code} {answer.location or ''}, not {each.expected}")
        wrong += [f"{each}: shows {value} in clear" for value in hidden(key, role) if value in said(answer)]
    assert not wrong, "\n".join(wrong)
    assert kept(engine) == before, "A refused request changed something."
    assert refusals(engine, role) - told == sum(each.expected == {403} for each in refused), "Each refusal leaves one entry in the trail."
    for each in everything:
        if each not in refused:
            answer = each.send(browser)
            if answer.status_code not in each.expected:
                wrong.append(f"{each}: {answer.status_code}, not {each.expected}")
            wrong += [f"{each}: shows {value} in clear" for value in hidden(key, role) if value in said(answer)]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role or "stranger")
@pytest.mark.parametrize("key", KEYS)
def test_a_hidden_column_can_be_neither_filtered_nor_sorted_nor_searched(office: Office, key: str, role: str | None, ids: Ids) -> None:
    register = models.register(key)
    browser = office.client_as(role)
    home = f"/register/{key}/"
    for name, field in register.fields().items():
        if not field.personal or (field.kind != "phone" and holds(role, key, "names")):
            continue
        for query in (f"{name}=x", f"{name}-to=x", f"sort={name}", f"sort=-{name}"):
            for path in (home, f"{home}export/csv/"):
                answer = browser.get(f"{path}?{query}")
                assert answer.status_code == 403, f"{path}?{query}: {answer.status_code}"
    number = number_of(office, register, ids.own)
    finds = [browser.get(f"{home}?search={word}") for word in (NAME, NAME[:2], NAME[0], PHONE, PHONE[-4:])]
    found = [number in said(answer) for answer in finds]
    searched = any(field.searched and field.kind == "person" for field in register.fields().values())
    knows = searched and holds(role, key, "read") and holds(role, key, "names")
    assert found == [knows, knows, knows, False, False]


@pytest.mark.parametrize("role", EVERYBODY, ids=lambda role: role or "stranger")
@pytest.mark.parametrize("key", KEYS)
def test_a_link_offers_records_to_those_alone_who_may_read_them(office: Office, key: str, role: str | None, ids: Ids) -> None:
    browser = office.client_as(role)
    number = number_of(office, models.register(key), ids.own)
    answer = browser.get(f"/options/{key}/?q={number}")
    if not holds(role, key, "read"):
        assert answer.status_code == 403
        return
    assert [each["text"] for each in answer.json] == [number]
    assert not any(value in said(answer) for value in hidden(key, role))
    if not holds(role, key, "names"):
        assert browser.get(f"/options/{key}/?q={NAME}").json == []


def number_of(office: Office, register: Any, record_id: int) -> str:
    """The number of a record."""
    with office.acting_as("console") as session:
        return str(session.get_one(register, record_id).number)


def test_the_table_names_every_register_role_and_action() -> None:
    assert set(MATRIX) == set(KEYS), "Say in tests/matrix/ who may do what in each register of the shelf."
    assert set(ROLES) == set(DECLARED)
    for register in models.registers():
        steps = {each.name for each in register.transitions}
        assert set(MATRIX[register.key]) == set(ACTIONS) | steps, f"Say in tests/matrix/ who may do what in {register.key}."


def test_the_auditor_writes_nothing_and_the_administrator_does_nothing() -> None:
    for key, actions in MATRIX.items():
        assert not any("X" in letters for letters in actions.values()), key
        assert {action for action, letters in actions.items() if "U" in letters} == {"read", "print", "export"}, key


def test_every_field_that_bears_a_secret_is_masked_in_exports() -> None:
    for register in models.registers():
        kinds = {field.kind for field in fields_in_order(register) if field.personal}
        assert kinds <= {"person", "phone", "identity"}, register.key
