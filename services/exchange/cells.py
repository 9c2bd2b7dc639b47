"""From the cells of a foreign ledger to the values of a register, by the kind of each field."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.fields import Field
from models.core.house_number import building_key, house_key, joined
from models.core.message import _
from models.core.register import REGISTERS, Register
from models.core.session import now
from models.core.taken_over import says_done
from models.houses import Unit
from services.exchange import reading
from services.exchange.mapping import Columns, Mapping, column_fields
from services.exchange.parting import Parting
from services.exchange.telephone import phone
from services.exchange.wording import words_of
from services.exchange.workbook import Row

REPEATED = frozenset({"moment", "day", "house", "count", "money", "tick", "pick", "staff", "phone", "state"})
KEPT = 2_000  # of the cells that were read last, for each field
UNITS = 50_000  # units that are kept in mind
STRANGE = 1_000  # houses in no list that are told apart
UNIT: Any = Unit.__table__.c


class Cells:
    """Reads the cells of one register at one site; moments are in the site's zone.

    A house that is in the list of units stands as it is written there. The others are counted in `strange`, when there is a list;
    in a register that brings units about they are `new`, by their keys.
    """

    def __init__(self, session: Session, register: type[Register], site_id: int, zone: ZoneInfo, mapping: Mapping) -> None:
        self.session = session
        self.register = register
        self.site_id = site_id
        self.zone = zone
        self.mapping = mapping
        self.parting = Parting(register, mapping)
        self.now = now()
        self.known_by = register.taken_over_as.known_by
        self.batch: Sequence[Row] = ()
        self.apart: dict[int, dict[int, dict[str, str]]] = {}  # what its cells say that say two facts, by row and column
        self.named: dict[str, dict[str, int]] = {}  # the records that the batch names, by field and name
        self.fields = {field.key: field for field in column_fields(register)}
        self.later = {key for key, field in self.fields.items() if field.kind == "moment" and key != register.about.moment}
        self.readers = {key: self._remembering(field) for key, field in self.fields.items()}
        self.houses = [key for key in mapping.columns if self.fields[key].kind == "house" and self.fields[key].whole and "." not in key]
        self.makes_units = any(each.target == Unit.key for each in register.brings.values())
        listed = select(UNIT.id).where(UNIT.site_id == site_id, UNIT.voided_at.is_(None)).limit(1)
        self.listed = bool(self.houses) and session.execute(listed).first() is not None
        self.units: dict[str, str | None] = {}  # how the units of a key are written, `None` when there is none
        self.strange: dict[str, int] = {}
        self.new: dict[str, str] = {}

    def of(self, key: str, columns: Columns, row: Row) -> Any:
        """The value of the field `key` in a row, which stands in one column or in several. Raises `Unreadable`."""
        return self.readers[key](self._raw(key, columns, row))

    def beside(self, row: Row) -> dict[str, Any]:
        """The values that cells of a row say besides their own, by the key of a field that has no column."""
        said = (pair for facts in self.apart.get(row.number, {}).values() for pair in facts.items())
        return {key: self.readers[key](text) for key, text in said if key not in self.mapping.columns}

    def _raw(self, key: str, columns: Columns, row: Row) -> Any:
        if len(columns) > 1:
            return self._together(key, columns, row)
        raw = row.values[columns[0]]
        if columns[0] in self.parting.columns:
            return self.apart.get(row.number, {}).get(columns[0], {}).get(key, raw)
        if key in self.later and (hour := reading.hour(raw)) is not None:
            return self._on_the_day(hour, row) or raw
        return raw

    def _on_the_day(self, hour: time, row: Row) -> datetime | None:
        """An hour on the day of its row; one that is earlier than the moment of the row is of the next day."""
        own = self.register.about.moment
        columns = self.mapping.columns.get(own, ())
        try:
            found = self.of(own, columns, row) if columns else None
        except reading.Unreadable:
            return None
        if not isinstance(found, datetime):
            return datetime.combine(found, hour) if isinstance(found, date) else None
        local = found.astimezone(self.zone).replace(tzinfo=None)
        at = datetime.combine(local.date(), hour)
        return at if at >= local else at + timedelta(days=1)

    def _together(self, key: str, columns: Columns, row: Row) -> Any:
        """What the columns of one field say together."""
        said = [row.values[column] for column in columns]
        match self.fields[key].kind:
            case "house" | "link" if columns[0] in self.mapping.parts:
                return _house_of({self.mapping.parts[column]: reading.house(raw) or "" for column, raw in zip(columns, said, strict=True)})
            case "moment":
                return _day_and_hour(*said[:2])
            case "text":
                return "\n".join(filter(None, map(reading.line, said)))
            case "line" | "person" | "staff" | "phone":
                return ("/" if self.fields[key].kind == "phone" else " ").join(filter(None, map(reading.line, said)))
        return next((raw for raw in said if raw not in (None, "")), None)

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
                return self._house if field.whole else reading.house
            case "identity":
                return reading.identity
            case "count":
                return lambda raw: reading.count(raw, least=field.least, most=field.most)
            case "money":
                return reading.money
            case "tick":
                return reading.tick
            case "state":
                return lambda raw: self._standing(field, raw)
            case "pick":
                among = words_of(field)
                return lambda raw: reading.choice(raw, among)
            case "link":
                return lambda raw: self._linked(field, raw)
            case "staff":
                return reading.stated
            case "text":
                return lambda raw: reading.text(raw, field.longest)
            case "line" if field.units:
                return lambda raw: reading.measure(raw, field.units)
        return reading.line

    def _moment(self, raw: Any) -> Any:
        found = reading.moment(raw, self.zone, now=self.now)
        return found.at if found else None

    def _house(self, raw: Any) -> str | None:
        said = reading.house(raw)
        key = house_key(said) if self.listed else None
        return self.units.get(key or "") or said

    def _standing(self, field: Field, raw: Any) -> str | None:
        """The state in which a row stands: a word of the register, or any that says whether it is done."""
        said = reading.stated(raw)
        if said is None:
            return None
        words = reading.words((choice.value, choice.label) for choice in field.choices or ())
        code = words.codes.get(reading.word(said))
        if code is not None:
            return code
        done = says_done(said)
        if done is None:
            try:
                done = reading.tick(said)
            except reading.Unreadable:
                return reading.choice(said, words)  # which says what is expected
        return self.register.closed[0].value if done else str(self.register.__table__.c.state.default.arg)

    # What a batch names ----------------------------------------------------------------------

    def look_up(self, batch: Sequence[Row]) -> None:
        """Say which rows are read next: the houses and the records that they name are looked for together."""
        self.batch, self.named = batch, {}
        self.apart = {row.number: apart for row in batch if (apart := self.parting.of(row.values))} if self.parting.columns else {}
        if self.listed:
            said = {house_key(self._said(key, row, reading.house)) for key in self.houses for row in batch}
            self._find_units({each for each in said if each} - self.units.keys())

    def _said(self, key: str, row: Row, read: Callable[[Any], str | None]) -> str | None:
        try:
            return read(self._raw(key, self.mapping.columns[key], row))
        except reading.Unreadable:
            return None

    def _find_units(self, keys: set[str]) -> None:
        if len(self.units) > UNITS:
            self.units = {}
        self.units |= dict.fromkeys(keys)
        those = select(UNIT.house_key, UNIT.house).where(UNIT.site_id == self.site_id, UNIT.voided_at.is_(None), UNIT.house_key.in_(keys))
        for key, house in self.session.execute(those) if keys else ():
            self.units[key] = house

    def meet(self, draft: Register) -> None:
        """Count the houses of a row that are in no list."""
        for key in self.houses if self.listed or self.makes_units else ():
            house = getattr(draft, key)
            at = house_key(house)
            if at is None or self.units.get(at) is not None:
                continue
            if self.makes_units:
                self.new.setdefault(at, house)
            elif house in self.strange or len(self.strange) < STRANGE:
                self.strange[house] = self.strange.get(house, 0) + 1

    def _linked(self, field: Field, raw: Any) -> int | None:
        """The record that a cell names, by its number or by what tells it from others."""
        name = reading.line(raw)
        if name is None:
            return None
        target = REGISTERS[field.target]
        if field.key not in self.named and target is not self.register:  # what its own rows name may come with them
            said = (self._said(field.key, row, reading.line) for row in self.batch if field.key in self.mapping.columns)
            self.named[field.key] = self._found(target, {each for each in said if each is not None})
        found = self.named.get(field.key, {}).get(name) or self._found(target, {name}).get(name)
        if found is None:
            raise reading.Unreadable(
                _("“{value}” is not found in the register “{title}”; enter it there first", value=name[:40], title=target.about.title)
            )
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


def _house_of(parts: dict[str, str]) -> str:
    """The house number of a row whose parts have columns of their own. Raises `Unreadable` for a room of which no building is said."""
    named = building_key(house_key(parts.get("room"))) is not None
    if parts.get("building") == "" and not named and any(parts.values()):
        raise reading.Unreadable(_("The building is missing; write it in its column, or 同上 where it is that of the row above"))
    return joined(**parts)


def _day_and_hour(day: Any, hour: Any) -> Any:
    """A day and an hour of two columns as one cell would say them; what stands for the hour may say the whole moment."""
    if hour in (None, ""):
        return day
    at = reading.hour(hour)
    if at is None:
        return hour
    found = reading.day(day)
    return None if found is None else datetime.combine(found, at)
