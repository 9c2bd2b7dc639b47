"""From the cells of a foreign ledger to the values of a register, by the kind of each field."""

from __future__ import annotations

from collections.abc import Callable
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


class Cells:
    """Reads the cells of one register at one site; moments are in the site's zone."""

    def __init__(self, session: Session, register: type[Register], site_id: int, zone: ZoneInfo) -> None:
        self.session = session
        self.site_id = site_id
        self.zone = zone
        self.now = now()
        self.known_by = register.taken_over_as.known_by if register.taken_over_as else ""
        self.readers = {field.key: self._reader(field) for field in imported_fields(register)}

    def read(self, key: str, raw: Any) -> Any:
        """The value of the field `key`; `None` for an empty cell. Raises `Unreadable`."""
        return self.readers[key](raw)

    def identifier(self, raw: Any) -> str | None:
        """A number that names a row elsewhere."""
        return reading.identifier(raw)

    def _reader(self, field: Field) -> Callable[[Any], Any]:
        if field.key == self.known_by and field.kind == "line":
            return lambda raw: reading.identifier(raw, field.longest)
        match field.kind:
            case "moment":
                return self._moment
            case "day":
                return lambda raw: reading.day(raw, today=self.now.astimezone(self.zone).date())
            case "phone":
                return reading.phone
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
        return reading.line

    def _moment(self, raw: Any) -> Any:
        found = reading.moment(raw, self.zone, now=self.now)
        return found.at if found else None

    def _linked(self, field: Field, raw: Any) -> int | None:
        """The record that a cell names, by its number or by what tells it from others."""
        name = reading.line(raw)
        if name is None:
            return None
        target = REGISTERS[field.target]
        subject = target.fields()[target.about.subject]
        ways: list[tuple[Any, str | None]] = [(target.number, name)]
        if subject.kind in ("line", "text", "person", "house"):
            ways.append((getattr(target, subject.match), house_key(name) if subject.kind == "house" else name))
        for column, called in ways:
            found = self.session.execute(select(target.id, target.state).where(target.site_id == self.site_id, column == called)).all()
            standing = [each for each in found if each.state not in target.closed]  # of several, the one that is not closed
            if len(found) == 1 or len(standing) == 1:
                return (standing or found)[0].id
        raise reading.Unreadable(_("“{value}” is not found in the register “{title}”", value=name[:40], title=target.about.title))
