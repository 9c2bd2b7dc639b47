"""A register: one form of the documents, declared once; everything else is made from it."""

from __future__ import annotations

import inspect as looking
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import Any, ClassVar, ForwardRef, TypeVar, get_args

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, inspect
from sqlalchemy.orm import Mapped, MappedColumn, Session, declared_attr, mapped_column, object_session, relationship

from models.core.access import Access
from models.core.base import Base, UtcDateTime
from models.core.choice import Choice
from models.core.deadlines import Deadline, Ground
from models.core.fields import Field, Link
from models.core.house_number import LONGEST, house_key
from models.core.links import strays
from models.core.message import NOTHING, Message, _
from models.core.papers import Paper
from models.core.plans import Plan
from models.core.rulebook import Conduct
from models.core.sheet import Part, Sheet
from models.core.signatures import Slot
from models.core.taken_over import TakenOver
from models.core.tells import Tell
from models.core.validity import Invalid, Rule, problems
from models.core.workflow import Transition

Function = TypeVar("Function", bound=Callable[..., Any])
REGISTERS: dict[str, type[Register]] = {}

# The intent of a change that follows from writing another row: it needs no right of its own, and never moves a state.
CARRIED = "carried along"
APART = "apart"

NUMBER = Field(kind="number", key="number", label=_("No."), system=True, listed=True, width=26)


def apart(function: Function) -> Function:
    """Mark what heeds, for a row taken over, no other row that is entered with it: many may be entered together."""
    setattr(function, APART, True)
    return function


@dataclass(frozen=True, slots=True)
class Alias:
    """Another title of the documents under which the same book is printed, with the columns of that paper (C-05)."""

    spec: str
    title: Message
    sheet: Sheet


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a register is: its title, where the documents order it, how it is numbered and kept.

    `number` is a pattern of `{site}`, `{year}` and `{serial}`; registers that share a `series`
    draw from one counter. `moment` is the register's own moment: its default sort and what its
    books go by. `subject` is the field that tells one record from another in a list. `keep` is
    the retention in years, `None` where the documents do not say (C-17). `verb` is what the
    button for a new record says. `aliases` are further titles under which its book is printed.
    `holder` names the fields of staff, separated by spaces, of which the first that is filled says in whose hands an
    open record is; a handover writes the first. `rule` names the rules that numbering and retention keep.
    """

    title: Message
    spec: tuple[str, ...]
    clause: str
    number: str
    moment: str
    subject: str
    verb: Message
    series: str = ""
    keep: int | None = None
    note: Message = NOTHING
    aliases: tuple[Alias, ...] = ()
    holder: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Brought:
    """A record of `target` that entering another one brings about when it is not there yet.

    `headings` are its own fields that a foreign ledger tells in the same row, with the words over their columns.
    """

    target: str
    headings: Mapping[str, str]


class Register(Base):
    """What every register has: an identity, a site, a number that is never used again, a version.

    `beforehand` names fields of a new form that the settings of the site fill in: each function gets the ground.
    """

    __abstract__ = True

    key: ClassVar[str]
    about: ClassVar[About]
    access: ClassVar[Access]
    parts: ClassVar[tuple[Part, ...]]
    sheet: ClassVar[Sheet]
    slots: ClassVar[tuple[Slot, ...]] = ()
    transitions: ClassVar[tuple[Transition, ...]] = ()
    deadlines: ClassVar[tuple[Deadline, ...]] = ()
    rules: ClassVar[tuple[Rule, ...]] = ()
    tells: ClassVar[tuple[Tell, ...]] = ()
    plans: ClassVar[tuple[Plan, ...]] = ()
    conduct: ClassVar[tuple[Conduct, ...]] = ()
    prints: ClassVar[tuple[Paper, ...]] = ()
    headings: ClassVar[dict[str, str]] = {}
    closed: ClassVar[tuple[Choice, ...]] = ()
    taken_over_as: ClassVar[TakenOver] = TakenOver()
    brings: ClassVar[Mapping[str, Brought]] = {}
    beforehand: ClassVar[Mapping[str, Callable[[Ground], Any]]] = {}
    _fields: ClassVar[dict[str, Field]]

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    number: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[str] = mapped_column(String(80))
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by: Mapped[str | None] = mapped_column(String(80))
    void_reason: Mapped[str | None] = mapped_column(Text)
    taken_over: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Any

    # What is being done to the row until it is flushed ("edit", "void", `CARRIED` or the name of a transition), and why.
    intent: str = "edit"
    reason: str = ""
    # The closed book in which it stands, while it is flushed.
    frozen_in: str = ""
    # What was told of the records that the row brings about, by `name.key`.
    told: Mapping[str, Any] = {}
    # Of many that are entered together, the place of the one for which the row is written.
    turn: int = 0

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:
        moment = cls.about.moment
        filtered = [field.column for field in cls._fields.values() if field.filtered and field.kind in ("state", "pick", "tick")]
        counted = [field.column for field in cls._fields.values() if field.counted]
        return (
            UniqueConstraint("site_id", "number"),
            Index(f"ix_{cls.key}_page", "site_id", moment, "id", "voided_at"),  # its end lets reports count by the index alone
            *(Index(f"ix_{cls.key}_{column}", "site_id", column, moment, "id") for column in filtered),
            *(Index(f"ix_{cls.key}_{column}", "site_id", column) for column in counted),
            *(Index(f"ix_{cls.key}_{field.match}", "site_id", field.match, "id") for field in cls.looked_up()),
        )

    def __init_subclass__(cls, **options: Any) -> None:
        cls.key = cls.__tablename__
        cls._fields = _collect(cls)
        REGISTERS[cls.key] = cls
        super().__init_subclass__(**options)

    def __init__(self, **values: Any) -> None:
        """Fill the defaults at once, since those of the database come too late for the behaviours of the session."""
        given = {column: default() for column, default in _defaults(type(self)) if column not in values}
        if values.get("taken_over"):
            vars(self).update(given)  # as `fill` does
        super().__init__(**(values if values.get("taken_over") else given | values))

    def complete(self) -> None:
        """What was not written in a new row is empty: said once, or the mapper would look for it each time that it is asked for."""
        held = vars(self)
        for column in _written_columns(type(self)) - held.keys():
            held[column] = None

    @classmethod
    def fields(cls) -> dict[str, Field]:
        """The fields by key, in the order in which they are declared; the number is the first."""
        return cls._fields

    @classmethod
    def houses(cls) -> tuple[Field, ...]:
        """The fields that hold a house number."""
        return _of_kind(cls, "house")

    @classmethod
    def looked_up(cls) -> list[Field]:
        """The fields by which its records are found, besides links: houses, records of any register, and what names a foreign row."""
        named = cls.taken_over_as.known_by.split()[:1]
        return [each for each in cls._fields.values() if each.kind in ("house", "record") or (each.kind == "line" and each.key in named)]

    @classmethod
    def transition(cls, name: str) -> Transition | None:
        """The transition called `name`."""
        return next((each for each in cls.transitions if each.name == name), None)

    @classmethod
    def signing_place(cls, name: str) -> Slot | None:
        """The place to sign called `name`."""
        return next((each for each in cls.slots if each.name == name), None)

    @classmethod
    def state_label(cls, code: str) -> Message:
        """The word for a stored state."""
        choices = cls._fields["state"].choices
        assert choices is not None
        return choices.labelled(code)

    @classmethod
    def field(cls, key: str) -> Field:
        """The field `key`; `complaint.house` is the field `house` of the record linked or brought about. `KeyError` for any other."""
        name, dot, rest = key.partition(".")
        if not dot:
            return cls._fields[key]
        return REGISTERS[cls.brings[name].target if name in cls.brings else cls._fields[name].target].field(rest)

    @classmethod
    def keys_of(cls, part: Part, *, written: bool = False) -> list[str]:
        """The keys of a part in order; `written` leaves out what no one types into this form."""
        keys = part.keys.split()
        return [key for key in keys if "." not in key and not cls._fields[key].system and not cls._fields[key].by_step] if written else keys

    @classmethod
    def entry_keys(cls) -> list[str]:
        """The fields that are asked when a record is entered, in the order of the paper."""
        return [key for part in cls.parts if not part.later for key in cls.keys_of(part, written=True)]

    @classmethod
    def editable_keys(cls) -> list[str]:
        """The fields that a correction may change, in the order of the paper."""
        return [key for part in cls.parts for key in cls.keys_of(part, written=True)]

    def get(self, key: str) -> Any:
        """The stored value of the field `key`, read through a link where the key has a dot."""
        link, dot, rest = key.partition(".")
        if dot:
            linked = getattr(self, link)
            return linked.get(rest) if linked is not None else None
        return getattr(self, type(self)._fields[key].column)

    def set(self, key: str, value: Any) -> None:
        """Write the field `key`; empty writing is kept as nothing, and what is told of a record brought about until that is written.

        What a row taken over may leave unsaid stays empty writing.
        """
        if "." in key:
            self.told = {**self.told, key: value}
            return
        field = type(self)._fields[key]
        setattr(self, field.column, None if value in ("", []) and not field.unsayable else value)

    def fill(self, values: Mapping[str, Any]) -> None:
        """Write many fields of a new row past the mapper: what is new has nothing that it was before, and whoever asks is not told."""
        held, fields = vars(self), type(self)._fields
        for key, value in values.items():
            if "." in key:
                self.set(key, value)
            else:
                field = fields[key]
                held[field.column] = None if (value == "" and not field.unsayable) or value == [] else value

    def told_of(self, name: str) -> dict[str, Any]:
        """What was told of the record that the row brings about under `name`, by its own field keys."""
        return {key.removeprefix(f"{name}."): value for key, value in self.told.items() if key.startswith(f"{name}.")}

    def misfits(self, session: Session) -> dict[str, Message]:
        """What is wrong with this row beside other rows, by field key; asked once more when it is flushed."""
        return {}

    def strays(self, session: Session) -> dict[str, Message]:
        """The links that were written and lead to no record of this row's site, by field key."""
        return strays(session, [self])[0]

    def keep_keys(self) -> None:
        """Write beside each house number the key by which it is matched."""
        for field in type(self).houses():
            key = house_key(getattr(self, field.column))
            if getattr(self, field.match) != key:
                setattr(self, field.match, key)

    def carry(self, session: Session) -> None:
        """Change in other rows what follows from this one, with the intent `CARRIED`, in the same flush."""

    def require_valid(self, needed: tuple[str, ...] = ()) -> None:
        """Raise `Invalid` with all that is wrong with this row; `needed` must be filled as well."""
        found = problems(self, needed)
        session = object_session(self)
        if session is not None and not self.taken_over:
            with session.no_autoflush:
                found = self.strays(session) | self.misfits(session) | found
        if found:
            raise Invalid(found)

    def changed_keys(self) -> list[str]:
        """The fields whose value differs from what the database holds."""
        attributes = inspect(self).attrs
        return [key for key, field in type(self)._fields.items() if attributes[field.column].history.has_changes()]


# Read once, where the mapper would read the text of each anew for every register.
Register.__annotations__ = looking.get_annotations(Register, eval_str=True)


@cache
def _defaults(register: type[Register]) -> tuple[tuple[str, Callable[[], Any]], ...]:
    """What stands in a new row that says nothing else, by column."""
    found: dict[str, Callable[[], Any]] = {"taken_over": lambda: False}
    for field in register.fields().values():
        if field.kind == "state":
            start = register.__table__.c[field.key].default.arg
            found[field.key] = partial(str, start)
        elif field.default is not None:
            found[field.column] = field.default
        elif field.kind == "tick" and field.required:
            found[field.key] = lambda: False
    return tuple(found.items())


@cache
def _written_columns(register: type[Register]) -> frozenset[str]:
    """The columns that a row is written with; the id and the version are the mapper's own."""
    return frozenset(each.key for each in inspect(register).column_attrs if each.key not in ("id", "version"))


@cache
def _of_kind(register: type[Register], kind: str) -> tuple[Field, ...]:
    return tuple(field for field in register.fields().values() if field.kind == kind)


def _collect(cls: type[Register]) -> dict[str, Field]:
    """Read the fields off a class body, and make its links foreign keys and relationships.

    What an annotation says, whether a field may be empty, is then said to its column, and the mapper need not read it again.
    """
    found: dict[str, Field] = {"number": NUMBER}
    annotations = cls.__dict__.get("__annotations__", {})  # noqa: RUF063 - the class is still being made
    for name, value in list(cls.__dict__.items()):
        if isinstance(value, MappedColumn) and "field" in value.column.info:
            optional = _optional(annotations.pop(name, None))
            value.column.info["field"] = found[name] = _named(cls, value.column.info["field"], name, optional)
            value.column.nullable = optional
        elif isinstance(value, Link):
            found[name] = field = _named(cls, value.field, name, _optional(annotations.pop(name, None)))
            _link(cls, field)
        if name in found and found[name].kind == "house":
            setattr(cls, found[name].match, mapped_column(String(LONGEST), nullable=True))
    return found


def _optional(annotation: Any) -> bool:
    inner = get_args(annotation)[0] if get_args(annotation) else None
    later = inner.__forward_arg__ if isinstance(inner, ForwardRef) else ""  # the class names itself while it is being made
    return later.endswith("| None") or (isinstance(inner, types.UnionType) and type(None) in get_args(inner))


def _named(cls: type[Register], field: Field, name: str, optional: bool) -> Field:
    return replace(field, key=name, required=not optional and not field.system, known_as=tuple(cls.headings.get(name, "").split()))


def _link(cls: type[Register], field: Field) -> None:
    key = mapped_column(ForeignKey(f"{field.target}.id"), nullable=not field.required, index=True, info={"field": field})
    setattr(cls, field.column, key)
    there = partial(REGISTERS.__getitem__, field.target)
    setattr(cls, field.key, relationship(there, foreign_keys=[key], remote_side=lambda: there().id, viewonly=True))
