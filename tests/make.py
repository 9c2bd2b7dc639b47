"""The one factory: a record of any register, with a valid value in every field that is asked, by the kinds of its fields."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core import actor as actors
from models.core.access import roles
from models.core.audit import plain
from models.core.fields import Field, meant
from models.core.places import Site
from models.core.register import REGISTERS, Register
from models.core.session import now
from services import bookkeeping
from services.reporting.beginning import SET_UP

NAME = "欧阳雪梅"
PHONE = "13802564712"
PROOF = "身份证 471X"
SERIAL = (each for each in itertools.count(1) if PHONE[-4:] not in str(each))  # the end of the number stands nowhere else
ONE_A_YEAR = ("statistical_report", "day")  # one of a kind and period: each that is made is of the year before the last one
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
# What a masked reader must never meet.
SECRETS = {"person": NAME, "phone": PHONE, "identity": PROOF}


def value(field: Field, site: Site, *, first: bool = False) -> Any:
    """A valid value of a field; a moment is this one when it comes `first` among those of its record, else an hour later."""
    serial = next(SERIAL)
    moment = now() if first else now() + timedelta(hours=1)
    match field.kind:
        case "line" if field.units:
            return f"{serial}.5"
        case "line":
            return f"{serial}号事项漏水"[: field.longest]
        case "text":
            return f"第{serial}件：地下车库漏水，请尽快处理。"
        case "person" | "phone" | "identity":
            return SECRETS[field.kind]
        case "house":
            return f"{serial}栋2单元1202" if field.whole else f"{serial}栋"
        case "staff":
            return "主管周敏" if field.key == "allowed_by" else "值班员王芳"  # nobody gives leave to oneself
        case "count":
            return max(field.least or 0, min(3, field.most or 3))
        case "money":
            return Decimal("12.50")
        case "moment":
            return moment
        case "day":
            return moment.astimezone(ZoneInfo(site.timezone)).date()
        case "tick":
            return False
        case "pick" | "state":
            assert field.choices is not None
            return next(iter(field.choices)).value
        case "grid":
            return lines(field, site)
    raise AssertionError(f"tests/make.py has no value for a field of the kind {field.kind!r} ({field.key}); give it one.")


def lines(field: Field, site: Site) -> list[dict[str, Any]]:
    """A valid table: one line, or a line for each printed word."""
    assert field.lines is not None
    written = {key: plain(value(column, site)) for key, column in field.lines.columns.items()}
    printed = field.default() if field.each and field.default is not None else [{}]
    return [written | line for line in printed]


def values(session: Session, register: type[Register], site: Site, keys: list[str], over: dict[str, Any]) -> dict[str, Any]:
    """Valid values of the fields `keys`, with `over` in their place; records that must be linked are made first."""
    found: dict[str, Any] = {}
    for key in keys:
        field = register.field(key)
        if key in over:
            found[key] = over[key]
        elif (register.key, key) == ONE_A_YEAR and "kind" not in over:
            found[key] = value(field, site) - timedelta(days=366 * len(session.execute(select(register.id)).all()))
        elif field.kind != "link":
            found[key] = value(field, site, first=key == register.about.moment)
        elif field.required:
            found[key] = make(session, REGISTERS[field.target], site).id
    return found | over


def make(session: Session, register: type[Register], site: Site | None = None, **over: Any) -> Any:
    """A record of `register` at `site` (the actor's first one), entered as a person enters it. Not yet committed.

    `over` gives values by field key. A record that another one brings with it, such as the
    handling form of a complaint, is brought about in that way and then corrected.
    """
    actor = actors.current()
    assert actor is not None, "somebody must act: with acting_as(…) as session"
    site = site or session.get_one(Site, actor.site_ids[0])
    if register.key == ONE_A_YEAR[0]:  # its house has been there for long, unless a test says otherwise
        SET_UP.setdefault(session.connection().engine, {}).setdefault(site.id, LONG_AGO)
    filled = values(session, register, site, register.entry_keys(), over)
    sharing = next((key for key, field in register.fields().items() if field.shares_number and key in filled), None)
    if sharing is not None and (brought := _brought(session, register, sharing, filled[sharing])) is not None:
        return bookkeeping.correct(session, brought, filled, brought.version) if roles(register.access.edit) else brought
    return bookkeeping.enter(session, register, site.id, filled)


def _brought(session: Session, register: type[Register], key: str, linked: int) -> Register | None:
    column = getattr(register, register.field(key).column)
    return session.execute(select(register).where(column == linked)).scalar_one_or_none()


def typed(session: Session, register: type[Register], site: Site, **over: Any) -> dict[str, str]:
    """What a person types to enter a record of `register`, as a form sends it."""
    return as_typed(register, site, values(session, register, site, register.entry_keys(), over))


def as_typed(register: type[Register], site: Site, filled: dict[str, Any]) -> dict[str, str]:
    """Values as the controls of a form send them."""
    sent: dict[str, str] = {}
    for key, content in filled.items():
        field = register.field(key)
        if field.lines is not None:
            for place, line in enumerate(content or ()):
                for name, column in field.lines.columns.items():
                    sent |= _typed(column, f"{key}-{place}-{name}", meant(column, line.get(name)), site)
        else:
            sent |= _typed(field, key, content, site)
    return sent


def _typed(field: Field, key: str, content: Any, site: Site) -> dict[str, str]:
    match field.kind:
        case "moment" if content is not None:
            return {key: content.astimezone(ZoneInfo(site.timezone)).strftime("%Y-%m-%dT%H:%M")}
        case "tick":
            return {} if content is None else {key: "1" if content else "0"}
    return {key: "" if content is None else str(content)}


def stored(row: Any) -> dict[str, Any]:
    """The fields of a record as they stand."""
    return {key: row.get(key) for key in type(row).fields()}
