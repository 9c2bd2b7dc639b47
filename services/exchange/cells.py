"""From the cells of a foreign ledger to the values of a register, by the kind of each field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.fields import Field
from models.core.house_number import house_key
from models.core.message import _
from models.core.register import REGISTERS, Register
from models.core.session import now
from services.exchange import reading
from services.exchange.mapping import imported_fields
from services.exchange.telephone import phone
from services.exchange.workbook import Row

REPEATED = frozenset({"moment", "day", "house", "count", "money", "tick", "pick", "staff"})
KEPT = 2_000  # of the cells that were read last, for each field


class Cells:
    """Reads the cells of one register at one site; moments are in the site's zone."""

    def __init__(self, session: Session, register: type[Register], site_id: int, zone: ZoneInfo) -> None:
        self.session = session
        self.register = register
        self.site_id = site_id
        self.zone = zone
        self.now = now()
        self.known_by = register.taken_over_as.known_by if register.taken_over_as else ""
        self.batch: Sequence[Row] = ()
        self.columns: Mapping[str, int] = {}
        self.named: dict[str, dict[str, int]] = {}  # the records that the batch names, by field and name
        self.readers = {field.key: self._remembering(field) for field in imported_fields(register)}

    def read(self, key: str, raw: Any) -> Any:
        """The value of the field `key`; `None` for an empty cell. Raises `Unreadable`."""
        return self.readers[key](raw)

    def identifier(self, raw: Any) -> str | None:
        """A number that names a row elsewhere."""
        return reading.identifier(raw)

    def _remembering(self, field: Field) -> Callable[[Any], Any]:
        """A reader that keeps what it was shown last, where a ledger says the same again and again."""
        reader = self._reader(field)
        return lru_cache(KEPT, typed=True)(reader) if field.kind in REPEATED else reader

    def _reader(self, field: Field) -> Callable[[Any], Any]:
        if field.key == self.known_by and field.kind == "line":
            return lambda raw: reading.identifier(raw, field.longest)
        match field.kind:
            case "moment":
                return self._moment
            case "day":
                return lambda raw: reading.day(raw, today=self.now.astimezone(self.zone).date())
            case "phone":
                return phone
            case "house":
                return reading.house
            case "identity":
                return reading.identity
            case "count":
                return lambda raw: reading.count(raw, least=field.least, most=field.most)
            case "money":
                return reading.money
            case "tick":
                return reading.tick
            case "pick":
                among = reading.words((choice.value, choice.label) for choice in field.choices or ())
                return lambda raw: reading.choice(raw, among)
            case "link":
                return lambda raw: self._linked(field, raw)
            case "text":
                return lambda raw: reading.text(raw, field.longest)
            case "line" if field.units:
                return lambda raw: reading.measure(raw, field.units)
        return reading.line

    def _moment(self, raw: Any) -> Any:
        found = reading.moment(raw, self.zone, now=self.now)
        return found.at if found else None

    def look_up(self, batch: Sequence[Row], columns: Mapping[str, int]) -> None:
        """Say which rows are read next: the records that they name are looked for together, when the first of them is asked for."""
        self.batch, self.columns, self.named = batch, columns, {}

    def _linked(self, field: Field, raw: Any) -> int | None:
        """The record that a cell names, by its number or by what tells it from others."""
        name = reading.line(raw)
        if name is None:
            return None
        target = REGISTERS[field.target]
        if field.key not in self.named and target is not self.register:  # what its own rows name may come with them
            said = (reading.line(row.values[self.columns[field.key]]) for row in self.batch if field.key in self.columns)
            self.named[field.key] = self._found(target, {each for each in said if each is not None})
        found = self.named.get(field.key, {}).get(name) or self._found(target, {name}).get(name)
        if found is None:
            raise reading.Unreadable(_("“{value}” is not found in the register “{title}”", value=name[:40], title=target.about.title))
        return found

    def _found(self, target: type[Register], names: set[str]) -> dict[str, int]:
        """The records of a register that bear these names, each name that tells one from all others."""
        subject = target.fields()[target.about.subject]
        ways: list[tuple[Any, dict[str, str | None]]] = [(target.number, {name: name for name in names})]
        if subject.kind in ("line", "text", "person", "house"):
            called = {name: house_key(name) if subject.kind == "house" else name for name in names}
            ways.append((getattr(target, subject.match), called))
        found: dict[str, int] = {}
        for column, called in ways:
            bearing = self._bearing(target, column, {each for name, each in called.items() if each is not None and name not in found})
            for name in names - found.keys():
                those = bearing.get(called[name] or "", [])
                standing = [each for each in those if each.state not in target.closed]  # of several, the one that is not closed
                if len(those) == 1 or len(standing) == 1:
                    found[name] = (standing or those)[0].id
        return found

    def _bearing(self, target: type[Register], column: Any, called: set[str]) -> dict[str, list[Any]]:
        """The records of a register at this site that are called so, by what they are called."""
        found: dict[str, list[Any]] = {}
        mine = select(column.label("called"), target.id, target.state).where(target.site_id == self.site_id, column.in_(called))
        for each in self.session.execute(mine) if called else ():
            found.setdefault(each.called, []).append(each)
        return found
