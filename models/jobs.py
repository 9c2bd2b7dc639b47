"""Work that goes on behind the pages: what was asked of the worker, and when each of its passes last ran. Not registers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.core.base import Base
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.said import Said


class JobState(Choice):
    """How far a job is."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(Base):
    """One piece of work: `args` are those of its function, as JSON.

    The row is the truth and the queue only a nudge: what waits here is done even if the queue forgot it. `worker` holds the
    job until `lease_until`; whose lease has run out is dead, and the job is taken up by another. `asked_by` is empty for
    what the clock asks. What it made is kept in the store under the digest `file`, and bears `file_name`.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state", "state", "lease_until"), Index("ix_job_site", "site_id", "id"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    args: Mapped[str] = mapped_column(Text, default="{}")
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"))
    state: Mapped[str] = mapped_column(String(10), default=JobState.WAITING.value)
    done: Mapped[int] = mapped_column(default=0)
    of: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    worker: Mapped[str] = mapped_column(String(40), default="")
    lease_until: Mapped[datetime | None]
    stop: Mapped[bool] = mapped_column(Boolean, default=False)
    error: Mapped[Message | None] = mapped_column(Said)
    result: Mapped[Message | None] = mapped_column(Said)
    file: Mapped[str | None] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(120), default="", server_default="")


class PassRun(Base):
    """When a pass of the clock last ran, for which moment, over how many things, and what last went wrong in it."""

    __tablename__ = "pass_run"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    moment: Mapped[datetime]
    count: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None]
    error: Mapped[Message | None] = mapped_column(Said)
