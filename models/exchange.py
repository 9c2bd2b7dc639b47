"""Files from outside on their way into the books: what was taken from each, and which column was which. Not registers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.core.base import Base
from models.core.choice import Choice
from models.core.message import Message, _
from models.core.said import Said


class BatchState(Choice):
    """How far a file is."""

    LOOKED_AT = "looked_at", _("Not taken over yet")
    WAITING = "waiting", _("Waits for the worker")
    RUNNING = "running", _("Being taken over")
    DONE = "done", _("In the register")
    CANCELLED = "cancelled", _("Cancelled half-way")
    UNDONE = "undone", _("Undone")


class ImportBatch(Base):
    """One file for one register. `sha256` is that of the file as it came, `upload` names what is kept of it until it is taken.

    `columns` is what a person said of the file, as JSON: what each column is, by its place from 0, nothing where they were recognised;
    and `closing`, that rows which do not say how they ended are closed. `told` are the first problems and remarks as JSON,
    and `refused_rows` names the workbook of the rows to correct. Both and the upload hold personal values and are forgotten in
    time. Of a file that is taken `whole` no row is taken unless all are good. `job_id` is the work that takes it, or undoes it.
    """

    __tablename__ = "import_batch"
    __table_args__ = (Index("ix_import_batch_place", "site_id", "register", "id"), Index("ix_import_batch_asked", "asked_at"))

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    register: Mapped[str] = mapped_column(String(40))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    upload: Mapped[str | None] = mapped_column(String(64))
    columns: Mapped[str] = mapped_column(Text, default="null")
    whole: Mapped[bool] = mapped_column(Boolean, default=False)
    state: Mapped[str] = mapped_column(String(10), default=BatchState.LOOKED_AT.value)
    added: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    told: Mapped[str] = mapped_column(Text, default="{}")
    refused_rows: Mapped[str | None] = mapped_column(String(64))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(80))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id", ondelete="SET NULL"))
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None] = mapped_column(String(80))
    undo_reason: Mapped[str | None] = mapped_column(Text)
    error: Mapped[Message | None] = mapped_column(Said)


class ImportedRow(Base):
    """One record that a file made, of its own register or brought about in another; `version` is how the import left it.

    `digest` is what a row without any number is known again by.
    """

    __tablename__ = "imported_row"
    __table_args__ = (Index("ix_imported_row_record", "register", "record_id"), Index("ix_imported_row_digest", "digest"))

    batch_id: Mapped[int] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    register: Mapped[str] = mapped_column(String(40), primary_key=True)
    record_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    version: Mapped[int]
    digest: Mapped[str | None] = mapped_column(String(32))


class LearntColumns(Base):
    """What a person said the columns of a ledger are: the next file with the same headings is read so, at the same site.

    `headings` is the digest of the headings in any spelling that counts as the same; `columns` the fields as JSON by heading.
    """

    __tablename__ = "learnt_columns"
    __table_args__ = (UniqueConstraint("site_id", "register", "headings"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    site_id: Mapped[int] = mapped_column(ForeignKey("site.id"))
    register: Mapped[str] = mapped_column(String(40))
    headings: Mapped[str] = mapped_column(String(64))
    columns: Mapped[str] = mapped_column(Text)
    learnt_at: Mapped[datetime]
    learnt_by: Mapped[str] = mapped_column(String(80))
