"""A reading of the documents that a company may change, by site: where they disagree, or leave a figure open."""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.core.base import Base
from models.core.choice import Choice
from models.core.message import NOTHING, Message, _
from models.core.validity import Invalid

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Setting:
    """One reading that can be changed by site: what it is called, its default, and where the question stands in the documents.

    `default` says what it holds: a tick, a whole number between `least` and `most` (counted in `unit`), one of
    `choices`, or a text. `conflict` is the row of `docs/spec/conflicts.md`. A default that is `ours` is given by no
    document. `text` says what the setting does.
    """

    key: str
    label: Message
    _: KW_ONLY
    default: bool | int | str
    conflict: str = ""
    clause: str = ""
    rule: str = ""
    least: int | None = None
    most: int | None = None
    choices: type[Choice] | None = None
    ours: bool = False
    text: Message = NOTHING
    unit: Message = NOTHING

    @property
    def kind(self) -> str:
        """What it holds: `tick`, `pick`, `count` or `line`."""
        if self.choices is not None:
            return "pick"
        if isinstance(self.default, bool):
            return "tick"
        return "count" if isinstance(self.default, int) else "line"

    def read(self, typed: str) -> Any:
        """What a typed or stored text means. Raises `Invalid` for what it may not be, under the key of the setting."""
        typed = typed.strip()
        match self.kind:
            case "tick":
                return typed == "1"
            case "pick":
                return self._picked(typed)
            case "count":
                return self._counted(typed)
            case _:
                if len(typed) > LONGEST:
                    raise Invalid({self.key: _("At most {n} characters.", n=LONGEST)})
                return typed

    def written(self, value: Any) -> str:
        """A value as it is stored; `read` gives it back."""
        return ("1" if value else "") if self.kind == "tick" else str(value)

    def said(self, value: Any) -> Message:
        """A value as it is read: the word of a choice, a figure with its unit."""
        match self.kind:
            case "tick":
                return _("Yes") if value else _("No")
            case "pick":
                assert self.choices is not None
                return self.choices.labelled(value)
            case "count":
                return _("{n} {unit}", n=value, unit=self.unit) if self.unit else Message("{n}", n=value)
            case _:
                return Message("{said}", said=value) if value else _("(empty)")

    def _picked(self, typed: str) -> Choice:
        assert self.choices is not None
        try:
            return self.choices.of(typed)
        except ValueError:
            raise Invalid({self.key: _("Choose one of the list.")}) from None

    def _counted(self, typed: str) -> int:
        number = int(typed) if typed.isdecimal() and len(typed) <= 9 else None
        if number is None or (self.least is not None and number < self.least) or (self.most is not None and number > self.most):
            if self.least is not None and self.most is not None:
                raise Invalid({self.key: _("Write a whole number from {least} to {most}.", least=self.least, most=self.most)})
            raise Invalid({self.key: _("Write a whole number, not below {least}.", least=self.least or 0)})
        return number


class SiteSetting(Base):
    """What a site has put in the place of a default, by whom and why. The trail keeps what stood there before."""

    __tablename__ = "site_setting"

    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    changed_by: Mapped[str] = mapped_column(String(80))
    changed_at: Mapped[datetime]


def value(session: Session, site_id: int, setting: Setting) -> Any:
    """What a setting says at a site: what the site has put there, or the default."""
    table: Any = SiteSetting.__table__
    mine = (table.c.site_id == site_id) & (table.c.key == setting.key)
    stored = session.connection().execute(select(table.c.value).where(mine)).scalar()
    return setting.default if stored is None else setting.read(stored)
