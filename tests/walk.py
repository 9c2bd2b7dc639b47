"""Every request that can be made of a register: all its routes, with ids and names of every kind that a route takes."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import Flask
from sqlalchemy import Engine, inspect, text
from werkzeug.routing import Map, Rule
from werkzeug.test import TestResponse

from models.core.register import Register
from tests.matrix import THEIRS, holds
from tests.office import Browser

NOTHING = 987654321  # the id of no record
ANYONE = "cs_supervisor"  # who asks for all of them what no right opens: no other role may do more
STOCK = ("delete", "edit", "create", "details", "ajax_update", "ajax/lookup", "export_csv", "")
TOLD = {"audit_entry", "audit_value", "audit_tail", "stranger_refusal", "alembic_version", "issued_paper", "check_count"}
NEEDS = {
    "index": "read",
    "record": "read",
    "new": "create",
    "edit": "edit",
    "void": "void",
    "unmask": "unmask",
    "signed": "read",
    "pause": "edit",
    "print_book": "print",
    "print_form": "print",
    "print_blank": "print",
    "print_declared": "print",
    "ask_export": "export",
    "export": "export",
    "take_over": "load",
    "import_template": "load",
    "imported": "load",
    "import_rows": "load",
    "import_undo": "load",
}
REFUSED, ABSENT, WRONG_WAY = {403}, {404}, {405}
DONE = {200, 302, 409, 422}


@dataclass(slots=True)
class Try:
    """One request, and the statuses that may answer it; `granted` when the right to it is held, whatever stands in the database."""

    method: str
    path: str
    expected: set[int]
    data: dict[str, Any] = field(default_factory=dict)
    granted: bool = False

    @property
    def refused(self) -> bool:
        """Whether it must be answered by a refusal."""
        return self.expected in (REFUSED, ABSENT, WRONG_WAY)

    def send(self, browser: Browser) -> TestResponse:
        """Send it."""
        return browser.post(self.path, self.data) if self.method == "POST" else browser.get(self.path)

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.data or ''}"


@dataclass(frozen=True, slots=True)
class Ids:
    """A record of the reader's site and one of another."""

    own: int
    foreign: int

    def nothing_but_own(self, values: dict[str, Any]) -> bool:
        """Whether a route is asked of the own record, or of none."""
        return values.get("record_id", self.own) == self.own


def tries(app: Flask, register: type[Register], role: str | None, ids: Ids) -> Iterator[Try]:
    """Every request of the register that tells anything, with what `role` must be answered."""
    adapter = app.url_map.bind("localhost")
    for rule in _rules(app.url_map, f"register_{register.key}."):
        name = rule.endpoint.rpartition(".")[2]
        for values in _values(register, rule.arguments, ids):
            path = adapter.build(rule.endpoint, values)
            for method in ("GET", "POST"):
                if method not in (rule.methods or ()):
                    if role == ANYONE and ids.nothing_but_own(values):
                        yield Try(method, path, WRONG_WAY)
                elif name == "action":
                    yield from _actions(register, role, path, ids)
                elif _telling(register, role, name, values, ids):
                    granted = _granted(register, role, name, values)
                    yield Try(method, path, _expected(register, name, values, ids) if granted else REFUSED, granted=granted)


@cache
def _rules(routes: Map, prefix: str) -> list[Rule]:
    return [rule for rule in routes.iter_rules() if rule.endpoint.startswith(prefix)]


def _values(register: type[Register], arguments: set[str], ids: Ids) -> Iterator[dict[str, Any]]:
    """Everything that may stand in the places of a route; what is there comes first, what is not there last."""
    personal = [key for key, each in register.fields().items() if each.personal]
    choices: dict[str, list[Any]] = {
        "record_id": [ids.own, ids.foreign, NOTHING],
        "verb": [*(each.name for each in register.transitions), "delete"],
        "slot": [*(each.name for each in register.slots), "nonsense"],
        "clock": [*(each.name for each in register.deadlines if each.waits), "nonsense"],
        "paper": [*(each.name for each in register.prints), "nonsense"],
        "form": ["xlsx", "csv", "html"],
        "number": [NOTHING],
        "batch_id": [NOTHING],
        "key": [*personal, "number", "nonsense"],
    }
    unknown = arguments - set(choices)
    assert not unknown, f"A route of {register.key} has places that tests/walk.py cannot fill: {unknown}. Add them to `_values`."
    names = sorted(arguments)
    for combination in itertools.product(*[choices[name] for name in names]):
        yield dict(zip(names, combination, strict=True))


def _action(name: str, values: dict[str, Any]) -> str:
    """The action of the table that a route needs."""
    action = {"step": values.get("verb"), "sign": f"sign {values.get('slot')}"}.get(name) or NEEDS.get(name)
    assert action, f"The endpoint {name!r} is new: say in tests/walk.py which action it needs."
    return str(action)


def _telling(register: type[Register], role: str | None, name: str, values: dict[str, Any], ids: Ids) -> bool:
    """Whether a request tells anything new.

    Who may not do a thing to the own record is not asked for others and for what is not there, nor for each of its
    values; what nobody may do is asked by two.
    """
    own = ids.nothing_but_own(values)
    first = values.get("key") in (None, next((key for key, field in register.fields().items() if field.personal), None))
    if _granted(register, role, name, values):
        return own or (first and "nonsense" not in values.values())
    if values.get("verb") == "delete" or values.get("slot") == "nonsense":
        return own and role in (ANYONE, None)
    return (own or name == "record") and first and not {"nonsense", "html"} & set(values.values())


def _granted(register: type[Register], role: str | None, name: str, values: dict[str, Any]) -> bool:
    return holds(role, register.key, "read") and holds(role, register.key, _action(name, values))


def _expected(register: type[Register], name: str, values: dict[str, Any], ids: Ids) -> set[int]:
    if values.get("record_id") == ids.foreign:
        return REFUSED
    if values.get("record_id") == NOTHING:
        return ABSENT
    if name == "unmask" and (values["key"] not in register.fields() or not register.field(values["key"]).personal):
        return ABSENT
    if (register.key, values.get("verb")) in THEIRS:  # whose step it is hangs on what was entered
        return DONE | REFUSED
    if name == "pause":  # whether the clock runs hangs on what was entered
        return ABSENT if values["clock"] == "nonsense" else DONE | ABSENT
    if name == "print_declared":  # of the records made here two alone are far enough
        return ABSENT if values["paper"] == "nonsense" else DONE if values["paper"] in ("application", "report") else REFUSED
    if "batch_id" in values:  # no file was taken over
        return ABSENT
    if name == "signed":  # what was signed is looked for by the number of a signature, and there is none
        return ABSENT
    if name == "export" and values["form"] == "html":
        return ABSENT
    return DONE


def _actions(register: type[Register], role: str | None, path: str, ids: Ids) -> Iterator[Try]:
    """Every name of something to do with selected rows; by two also those that nobody may do so, with the stock ones of Flask-Admin."""
    bulk = ("print", "export", *(each.name for each in register.transitions if each.bulk))
    nobody = (*(each.name for each in register.transitions), "void", *STOCK) if role in (ANYONE, None) else ()
    for name in dict.fromkeys((*bulk, *nobody)):
        may = name in bulk and holds(role, register.key, name)
        yield Try("POST", path, DONE if may else REFUSED, {"action": name, "id": ids.own})
        if may:
            yield Try("POST", path, REFUSED, {"action": name, "id": [ids.own, ids.foreign], "confirmed": "1"}, granted=True)


def kept(engine: Engine) -> dict[str, list[Any]]:
    """Everything that the database holds, the trail aside."""
    with engine.connect() as connection:
        tables = [name for name in inspect(connection).get_table_names() if name not in TOLD and "_search" not in name]
        return {name: sorted(map(repr, connection.execute(text(f"SELECT * FROM {name}")))) for name in tables}


def refusals(engine: Engine, actor: str | None) -> int:
    """How many refused attempts of an account the trail tells; of strangers, how many are counted."""
    with engine.connect() as connection:
        if actor is None:
            return int(connection.execute(text("SELECT coalesce(sum(count), 0) FROM stranger_refusal")).scalar_one())
        told = text("SELECT count(*) FROM audit_entry WHERE kind = 'refused' AND actor = :actor")
        return int(connection.execute(told, {"actor": actor}).scalar_one())


def said(response: TestResponse) -> str:
    """All text of an answer, that inside a workbook too."""
    body = response.get_data()
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "\n".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())
    return body.decode("utf-8", "replace")
