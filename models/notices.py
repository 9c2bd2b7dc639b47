"""What the house tells its people: in the product, by e-mail, and to the robots of group chats. Not registers.

A notification stands in the product the moment it is told. What leaves the house goes through `delivery`, an outbox that is
written in the same transaction and emptied by the worker. Both are gathered by their `matter`, as `record_of` names the
record that they are about, or the path of a page: what a person has not read of one matter is one notice, and what waits
to leave the house of one matter goes in one letter.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.core.base import Base
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.places import Site
from models.core.said import Said

LONGEST_ONCE = 160
LONGEST_MATTER = 100


class Notification(Base):
    """One thing told to one person; `once` names what is told, and nobody is told the same twice. Without a matter it stands alone."""

    __tablename__ = "notification"
    __table_args__ = (
        UniqueConstraint("once", "user_id"),
        Index("ix_notification_unread", "user_id", "read_at"),
        Index("ix_notification_told", "user_id", "told_at"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    once: Mapped[str] = mapped_column(String(LONGEST_ONCE))
    matter: Mapped[str | None] = mapped_column(String(LONGEST_MATTER))
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str] = mapped_column(String(40))
    message: Mapped[Message] = mapped_column(Said)
    register: Mapped[str] = mapped_column(String(40), default="")
    record_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(String(40), default="")
    told_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class NotificationWish(Base):
    """How one person wishes to be told outside of the product. The hours are written as 22:00, in the zone of the site."""

    __tablename__ = "notification_wish"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"), primary_key=True, autoincrement=False)
    email: Mapped[str] = mapped_column(String(254), default="")
    by_email: Mapped[bool] = mapped_column(Boolean, default=False)
    quiet_from: Mapped[str] = mapped_column(String(5), default="")
    quiet_until: Mapped[str] = mapped_column(String(5), default="")


class RobotKind(Choice):
    """The chats whose robots are spoken to."""

    WECOM = "wecom", _("WeCom group robot")
    DINGTALK = "dingtalk", _("DingTalk group robot")


class Robot(Base):
    """The robot of a group chat, kept for a site. Of its `address` only the end is shown again, of its `secret` nothing.

    Both are wiped with its removal.
    """

    __tablename__ = "robot"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    label: Mapped[str] = mapped_column(String(40))
    address: Mapped[str] = mapped_column(Text)
    secret: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(2), default="zh")
    quiet_from: Mapped[str] = mapped_column(String(5), default="")
    quiet_until: Mapped[str] = mapped_column(String(5), default="")
    removed_at: Mapped[datetime | None]
    site: Mapped[Site] = relationship(lazy="joined")


class DeliveryState(Choice):
    """How far a delivery is."""

    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    GIVEN_UP = "given_up", _("Given up")


class Delivery(Base):
    """One thing that leaves the house, to the mailbox of a person or to a robot.

    It is due at `due_at`. A worker that takes it up puts that moment ahead, writes its own name into `claimed_by`, and into
    `letter` the id of the first of all that go together; that is the number of the letter and goes with it. If the worker
    dies the letter is due again with the same content, and whoever receives it twice sees the same number.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("once", "target"),
        Index("ix_delivery_due", "state", "due_at"),
        Index("ix_delivery_letter", "letter"),
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    once: Mapped[str] = mapped_column(String(LONGEST_ONCE))
    target: Mapped[str] = mapped_column(String(20))
    matter: Mapped[str | None] = mapped_column(String(LONGEST_MATTER))
    letter: Mapped[int | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    robot_id: Mapped[int | None] = mapped_column(ForeignKey("robot.id"))
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    kind: Mapped[str] = mapped_column(String(40))
    message: Mapped[Message] = mapped_column(Said)
    register: Mapped[str] = mapped_column(String(40), default="")
    record_id: Mapped[int | None]
    number: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[str] = mapped_column(String(10), default=DeliveryState.WAITING.value)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_by: Mapped[str] = mapped_column(String(40), default="")
    error: Mapped[Message | None] = mapped_column(Said)
