"""Every route of every register, asked by every role and by a stranger, answers as the table in tests/matrix/ says."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine

import models
from models.core.access import ACTIONS, AUDITOR, granted
from models.core.access import ROLES as DECLARED
from services import issuing
from services.display import masked
from services.exchange.exports import fields_in_order
from services.papers import printing
from services.sealing.signing import Sealed
from tests.conftest import House
from tests.make import NAME, PHONE, PROOF, make
from tests.matrix import EVERYBODY, MATRIX, ROLES, holds
from tests.office import Office
from tests.walk import ANYONE, Ids, Try, kept, refusals, said, tries
from views import door

KEYS = [register.key for register in models.registers()]
each_register = pytest.mark.parametrize("key", KEYS)


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch, no_margin: None) -> None:
    """Papers as plain text, unsealed: what stands on them is looked for here, how they are set and sealed is tested elsewhere.

    And refusals as their bare words: their page is the same everywhere, and test_every_room.py opens it.
    """
    for name in ("print_book", "print_form", "print_certificate", "print_page", "print_report"):
        monkeypatch.setattr(printing, name, lambda paper, lang: repr(paper).encode())
    monkeypatch.setattr(issuing, "sealed", lambda pdf, seal, at, times: Sealed(pdf, "", "B-B", ""))
    monkeypatch.setattr(issuing, "pages_in", lambda pdf: 1)
    monkeypatch.setattr(door, "error_page", lambda code, title, text, kept=None: (f"{title}: {text} {kept or ''}", code))


@pytest.fixture
def walkers(database: House, key: str) -> list[str | None]:
    """One of those who hold the same rights in the register and know the same people; a page knows the auditor alone by name.

    On the second database one of those for whom the same is read.
    """
    actions = ("read", "names") if database.server is not None else tuple(MATRIX[key])
    alike: dict[tuple[Any, ...], str | None] = {}
    for role in (*ROLES, ANYONE):
        rights = tuple(holds(role, key, action) for action in actions)
        alike[rights if database.server is not None else (role == AUDITOR, *hidden(key, role), *rights)] = role
    return [*alike.values(), None]


def placed(office: Office, key: str, foreign: int = 0) -> Ids:
    """A record of the register at the first site, and one at the other unless there is one."""
    register = models.register(key)
    with office.acting_as("console") as session:
        own = make(session, register).id
    with contextlib.nullcontext() if foreign else office.acting_as("console", office.other_site) as session:
        return Ids(own, foreign or make(session, register).id)


def hidden(key: str, role: str | None) -> list[str]:
    """The personal values of the register, and of those from which its form shows fields, that a role may never meet unasked."""
    register = models.register(key)
    links = {each.partition(".")[0] for part in register.parts for each in part.keys.split() if "." in each}
    known = any(holds(role, each, "names") for each in (key, *(register.field(link).target for link in links)))
    return [PHONE] if known else [NAME, PHONE, PROOF]


def sent(office: Office, key: str, role: str | None, requests: Iterable[Try]) -> list[str]:
    """What is wrong with the answers that a role gets."""
    browser, wrong = office.client_as(role), []
    for each in requests:
        answer = each.send(browser)
        if answer.status_code not in each.expected or (answer.location and each.refused):
            wrong.append(f"{role}: {each}: {answer.status_code} {answer.location or ''}, not {each.expected}")
        text = said(answer)
        wrong += [f"{role}: {each}: shows {value} in clear" for value in hidden(key, role) if value in text]
    return wrong


Tries = dict[str | None, list[Try]]


def askers(key: str, tries_of: Tries, tells: Callable[[str | None], set[Any]]) -> Iterator[tuple[str | None, list[int]]]:
    """Who asks which of the requests that are theirs, by their places, such that nothing that everybody would find is missed.

    Of two who ask the same the second finds only what `tells` more of them than of the first; so each request is asked by as few
    as tell among them all that anybody tells to whom it is answered alike. Whoever's turn it is with this register asks for all,
    so that everybody asks for everything of some registers; and each asks once at least.
    """
    told = {role: tells(role) for role in tries_of}
    turn, chosen = list(tries_of)[KEYS.index(key) % len(tries_of)], {role: set() for role in tries_of}
    by_whom: dict[str, list[str | None]] = {}
    for role, mine in tries_of.items():
        for each in mine:
            by_whom.setdefault(str(each), []).append(role)
    for request, roles in by_whom.items():
        missing = set().union(*(told[role] for role in roles))
        first = True
        while missing or first:
            best = max(roles, key=lambda role: len(told[role] & missing))
            missing, first = missing - told[best], False
            chosen[best].add(request)
    for role, mine in tries_of.items():
        wanted = [role == turn or (each.refused and each.granted) or str(each) in chosen[role] for each in mine]
        yield role, [place for place, asked in enumerate(wanted) if asked or place == 0]


def held(key: str, role: str | None) -> set[Any]:
    """What a refusal tells of a role: each action that it may and that does not open the request.

    A request is refused for one action of the table, and that the house grants each action to whom the table names is asked of
    the house itself below; a route that goes by another action lets somebody in who holds that one.
    """
    return {action for action in MATRIX[key] if holds(role, key, action)}


def lacked(key: str, role: str | None) -> set[Any]:
    """What a granted request tells of a role: each action that it may not and that the request does not need, and what it may not see.

    A route that goes by another action of the table shuts somebody out who lacks that one.
    """
    return {*(action for action in MATRIX[key] if not holds(role, key, action)), *hidden(key, role), (role == AUDITOR,)}


@each_register
def test_a_refused_request_is_answered_as_the_table_says_and_leaves_nothing_but_its_entry(
    app: Flask, engine: Engine, office: Office, key: str, walkers: list[str | None]
) -> None:
    register, ids = models.register(key), placed(office, key)
    before, wrong = kept(engine), []
    roles = EVERYBODY if engine.dialect.name == "sqlite" else walkers
    all_of = {role: [each for each in tries(app, register, role, ids) if each.refused] for role in roles}
    for role, places in askers(key, all_of, partial(held, key)):
        refused = [all_of[role][place] for place in places]
        if engine.dialect.name != "sqlite":  # without the right no page asks the database; one tells whether its entry is written
            refused = [each for place, each in enumerate(refused) if each.granted or place == 0]
        told = refusals(engine, role)
        wrong += sent(office, key, role, refused)
        entries, due = refusals(engine, role) - told, sum(each.expected == {403} for each in refused)
        wrong += [] if entries == due else [f"{role}: {entries} entries in the trail for {due} refusals"]
    assert not wrong, "\n".join(wrong)
    assert kept(engine) == before, "A refused request changed something."


@each_register
def test_a_granted_request_is_answered_as_the_table_says(app: Flask, office: Office, key: str, walkers: list[str | None]) -> None:
    register, wrong = models.register(key), []
    ids = placed(office, key)

    def granted_to(role: str | None) -> list[Try]:
        return [each for each in tries(app, register, role, ids) if not each.refused]

    for role, places in list(askers(key, {role: granted_to(role) for role in walkers}, partial(lacked, key))):
        mine = granted_to(role)
        answered = [mine[place] for place in places]
        wrong += sent(office, key, role, answered)
        if any(each.method == "POST" for each in answered):
            ids = placed(office, key, ids.foreign)  # whoever may write leaves the record otherwise than the next one expects it
    assert not wrong, "\n".join(wrong)


@each_register
def test_a_hidden_column_can_be_neither_filtered_nor_sorted_nor_searched(
    database: House, office: Office, key: str, walkers: list[str | None]
) -> None:
    register, ids = models.register(key), placed(office, key)
    home, wrong = f"/register/{key}/", []
    with office.acting_as("console") as session:
        row = session.get_one(register, ids.own)
        number = row.number
        named = any(field.searched and row.get(name) == NAME for name, field in register.fields().items())
    readers = {tuple(holds(role, key, each) for each in ("names", "export")): role for role in walkers if holds(role, key, "read")}
    for role in readers.values():  # by these rights alone a list hides a column
        browser, knows = office.client_as(role), holds(role, key, "names")
        secret = [name for name, field in register.fields().items() if field.personal and (field.kind == "phone" or not knows)]
        paths = [f"{home}?{query}" for name in secret for query in (f"{name}=x", f"{name}-to=x", f"sort={name}", f"sort=-{name}")]
        if holds(role, key, "export"):
            paths += [f"{home}export/csv/?{query}" for name in secret for query in (f"{name}=x", f"sort={name}")]
        tables = [name for name in secret if register.field(name).lines is not None]  # nobody may ask for these in order
        for path in paths if database.server is None else ():  # refused before any database is asked
            status = browser.get(path).status_code
            if status != 403 and not (status == 400 and any(name in path for name in tables)):
                wrong.append(f"{role}: {path}: {status}")
        finds = [number in said(browser.get(f"{home}?search={word}")) for word in (NAME, NAME[:2], NAME[0], PHONE, PHONE[-4:])]
        if finds != [named and knows] * 3 + [False, False]:
            wrong.append(f"{role}: finds by name {finds[:3]}, by telephone {finds[3:]}")
    assert not wrong, "\n".join(wrong)


@each_register
def test_a_link_offers_records_to_those_alone_who_may_read_them(office: Office, key: str, walkers: list[str | None]) -> None:
    ids, wrong = placed(office, key), []
    number = number_of(office, models.register(key), ids.own)
    for role in walkers:
        browser, path = office.client_as(role), f"/options/{key}/?q="
        answer = browser.get(f"{path}{number}")
        if not holds(role, key, "read"):
            wrong += [] if answer.status_code == 403 else [f"{role}: {answer.status_code}"]
            continue
        wrong += [] if [each["text"] for each in answer.json] == [number] else [f"{role}: {answer.json}"]
        wrong += [f"{role}: {value} in clear" for value in hidden(key, role) if value in said(answer)]
        if not holds(role, key, "names") and browser.get(f"{path}{NAME}").json != []:
            wrong.append(f"{role}: finds by name")
    assert not wrong, "\n".join(wrong)


def number_of(office: Office, register: Any, record_id: int) -> str:
    """The number of a record."""
    with office.acting_as("console") as session:
        return str(session.get_one(register, record_id).number)


def test_the_table_names_every_register_role_and_action() -> None:
    assert set(MATRIX) == set(KEYS), "Say in tests/matrix/ who may do what in each register of the shelf."
    assert set(ROLES) == set(DECLARED)
    for register in models.registers():
        steps = {each.name for each in register.transitions}
        signing = {f"sign {each.name}" for each in register.slots}
        assert set(MATRIX[register.key]) == set(ACTIONS) | steps | signing, f"Say in tests/matrix/ who may do what in {register.key}."


def test_the_house_grants_each_action_to_whom_the_table_names_and_to_nobody_else() -> None:
    for register in models.registers():
        for role in ROLES:
            for action in MATRIX[register.key]:
                if not action.startswith("sign "):  # which are asked of the place, not of the access
                    assert granted(register, action, role) == holds(role, register.key, action), (register.key, role, action)


def test_the_auditor_writes_nothing_and_the_administrator_does_nothing() -> None:
    for key, actions in MATRIX.items():
        assert not any("X" in letters for letters in actions.values()), key
        assert {action for action, letters in actions.items() if "U" in letters} == {"read", "print", "export"}, key


def test_every_field_that_bears_a_secret_is_masked_in_exports() -> None:
    secret = "欧阳雪梅13802564712"
    for register in models.registers():
        personal = [field for field in fields_in_order(register) if field.personal]
        columns = [
            column for field in personal for column in (field.lines.columns.values() if field.lines else (field,)) if column.personal
        ]
        assert len(columns) >= len(personal)
        shown = {column.key: masked(column, secret) for column in columns}
        assert not [key for key, said in shown.items() if secret[:2] in said or secret[-8:] in said], f"{register.key}: {shown}"
