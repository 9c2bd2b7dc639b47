"""People with an account, and the sites given to them. Not registers; the administrator keeps them."""

from __future__ import annotations

from datetime import date, datetime

from flask_login import UserMixin
from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.core.access import roles
from models.core.actor import Actor
from models.core.base import Base
from models.core.places import Site

user_site = Table(
    "user_site",
    Base.metadata,
    Column("user_id", ForeignKey("user_account.id"), primary_key=True),
    Column("site_id", ForeignKey("site.id"), primary_key=True),
)


class User(UserMixin, Base):
    """One person who may sign in. `epoch` is raised to end all of the person's sessions at once.

    `post` is what the person is at the office, in its own words; `role` alone says what the account may do. `left_on` is
    the last day of somebody whose account was closed on leaving. `recent` names the registers opened last.
    """

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    username: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(32))
    post: Mapped[str] = mapped_column(String(40), default="", server_default="")
    extension: Mapped[str] = mapped_column(String(20), default="", server_default="")
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(Boolean, default=False)
    language: Mapped[str] = mapped_column(String(2), default="zh")
    theme: Mapped[str] = mapped_column(String(5), default="auto")
    epoch: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    disabled_at: Mapped[datetime | None]
    left_on: Mapped[date | None]
    recent: Mapped[str] = mapped_column(Text, default="", server_default="")
    sites: Mapped[list[Site]] = relationship(secondary=user_site, lazy="selectin", order_by=Site.id)

    def get_id(self) -> str:
        """What the session cookie holds: the account and its epoch, so that raising the epoch signs it out."""
        return f"{self.id}:{self.epoch}"

    @property
    def is_active(self) -> bool:
        """Whether the account may be used: a leaver's is disabled, never removed."""
        return self.disabled_at is None

    def as_actor(self) -> Actor:
        """The person as the one who acts."""
        return Actor(self.id, self.username, self.name, self.role, tuple(site.id for site in self.sites))


def anybody(session: Session, posts: str, site_id: int) -> bool:
    """Whether anybody with one of the roles `posts` may sign in at the site."""
    there = (user_site.c.user_id == User.id, user_site.c.site_id == site_id, User.role.in_(roles(posts)), User.disabled_at.is_(None))
    return session.execute(select(User.id).where(*there).limit(1)).first() is not None


class Draft(Base):
    """What a person has typed into a form and not yet entered; one for each form and person."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "path"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    path: Mapped[str] = mapped_column(String(200))
    content: Mapped[str] = mapped_column(Text)
    saved_at: Mapped[datetime]


class Sent(Base):
    """A form that was sent and entered: its token, and where its record stands. Sent twice, it is entered once."""

    __tablename__ = "sent"

    token: Mapped[str] = mapped_column(String(40), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    path: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime]


class StrangerRefusal(Base):
    """Refused attempts without an account, counted by the minute: one entry in the trail for each."""

    __tablename__ = "stranger_refusal"

    minute: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int]
    told: Mapped[bool] = mapped_column(Boolean, default=False)
