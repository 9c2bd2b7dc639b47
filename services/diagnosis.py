"""What an instance needs, looked at one by one: each finding says what is wrong and what cures it."""

from __future__ import annotations

import ctypes
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, text

from models.core.attachments import Attachment
from models.core.audit import GENESIS, AuditEntry, AuditTail, link_hash
from models.core.message import CATALOGUES, LOCALES, NOTHING, Message, _
from models.core.session import now
from models.papers import IssuedPaper
from services.attachments.store import Store
from services.database import db, is_current
from services.papers.fonts import missing_fonts
from services.sealing.opening import ours, standing
from services.settings import Settings

LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
PRIVATE = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what it is, whether it is well, what was found, and the cure."""

    name: Message
    well: bool
    said: Message | str
    cure: Message | str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything; a fault in one thing does not hide the others."""
    looks: tuple[tuple[Message, Callable[[Settings], Finding]], ...] = (
        (_("Database"), _database),
        (_("Migrations"), _migrations),
        (_("End of the trail"), _trail),
        (_("Rights of the files"), _rights),
        (_("Attachments"), _attachments),
        (_("Issued papers"), _papers),
        (_("Seal of papers"), _seal),
        (_("Fonts for paper"), _fonts),
        (_("Catalogues"), _catalogues),
        (_("System libraries"), _libraries),
    )
    for name, look in looks:
        try:
            yield look(settings)
        except Exception as trouble:
            yield Finding(name, False, str(trouble).splitlines()[0] if str(trouble) else type(trouble).__name__)
        finally:
            db.session.rollback()


def _database(settings: Settings) -> Finding:
    name = _("Database")
    dialect = db.engine.dialect.name
    with db.engine.connect() as connection:
        if dialect == "sqlite":
            found = connection.execute(text("PRAGMA quick_check(1)")).scalar_one()
            cure = _("Restore the last backup; the file is damaged.")
            return Finding(name, found == "ok", f"SQLite {connection.execute(text('SELECT sqlite_version()')).scalar_one()}: {found}", cure)
        return Finding(name, True, f"PostgreSQL {connection.execute(text('SHOW server_version')).scalar_one()}")


def _migrations(settings: Settings) -> Finding:
    current = is_current()
    said = _("up to date") if current else _("the database is older than the program")
    return Finding(_("Migrations"), current, said, _("Start the server, or run: flask registers"))


def _trail(settings: Settings) -> Finding:
    name, cure = _("End of the trail"), _("Run: flask audit verify")
    entry = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one_or_none()
    end = db.session.get(AuditTail, 1)
    if entry is None or end is None:
        return Finding(name, entry is None and end is None, _("no entry yet"), cure)
    before = db.session.execute(select(AuditEntry.hash).where(AuditEntry.seq == entry.seq - 1)).scalar_one_or_none() or GENESIS
    whole = bytes(entry.hash) == link_hash(bytes(before), entry.seq, bytes(entry.payload)) and (end.seq, bytes(end.hash)) == (
        entry.seq,
        bytes(entry.hash),
    )
    return Finding(name, whole, _("entry {seq}, hash {digest}", seq=f"{entry.seq:,}", digest=bytes(entry.hash).hex()[:16]), cure)


def _rights(settings: Settings) -> Finding:
    name = _("Rights of the files")
    open_ = [
        path
        for path in (settings.folder, settings.folder / "secret.key", settings.files)
        if path.exists() and path.stat().st_mode & PRIVATE
    ]
    if open_:
        return Finding(
            name,
            False,
            _("others on this machine may look into {files}", files=", ".join(map(str, open_))),
            f"chmod -R go= {settings.folder}",
        )
    return Finding(name, True, str(settings.folder))


def _attachments(settings: Settings) -> Finding:
    """Every file that a record names is there and is what it was when it was attached."""
    name, store = _("Attachments"), Store(settings.files)
    with db.engine.connect() as connection:
        kept = select(Attachment.sha256, Attachment.register, Attachment.record_id, Attachment.name).where(Attachment.bytes > 0)
        found = connection.execute(kept).all()  # of what was destroyed by list the row alone stays
    faulty = {digest for digest in {each.sha256 for each in found} if store.fault(digest)}
    lost = [f"{each.register}/{each.record_id} {each.name}" for each in found if each.sha256 in faulty]
    if lost:
        return Finding(
            name, False, _("missing or damaged: {files}", files=", ".join(lost)), _("Put the folder files/ of the last backup back.")
        )
    return Finding(name, True, _("{n} files, all there and whole", n=f"{len(found):,}"))


def _seal(settings: Settings) -> Finding:
    """The key that papers are sealed with can be used, and for how long."""
    found = standing(settings, now())
    troubles = [found.trouble] if found.trouble else list(ours(settings).troubles)
    if troubles:
        return Finding(_("Seal of papers"), False, " ".join(map(str, troubles)), "flask seal status")
    said = found.warning or (_("valid until {day}", day=f"{found.until:%Y-%m-%d}") if found.until else NOTHING)
    return Finding(_("Seal of papers"), True, str(said), "flask seal status")


def _papers(settings: Settings) -> Finding:
    """Every file that was issued is there and is what it was."""
    name, store = _("Issued papers"), Store(settings.files)
    with db.engine.connect() as connection:
        kept = select(IssuedPaper.sha256, IssuedPaper.code).where(IssuedPaper.destroyed_at.is_(None))
        lost = [each.code for each in connection.execute(kept) if store.fault(each.sha256)]
    if lost:
        return Finding(
            name, False, _("missing or damaged: {files}", files=", ".join(lost)), _("Put the folder files/ of the last backup back.")
        )
    return Finding(name, True, "")


def _fonts(settings: Settings) -> Finding:
    lacking = missing_fonts()
    return Finding(_("Fonts for paper"), not lacking, ", ".join(lacking) if lacking else "Noto Sans SC", "make install")


def _catalogues(settings: Settings) -> Finding:
    sources = [CATALOGUES / locale / "LC_MESSAGES" / "messages.po" for locale in LOCALES.values()]
    stale = [path.parent.parent.name for path in sources if _older(path.with_suffix(".mo"), path)]
    return Finding(_("Catalogues"), not stale, ", ".join(stale) if stale else ", ".join(LOCALES.values()), "make install")


def _older(made: Path, source: Path) -> bool:
    return not made.exists() or (source.exists() and made.stat().st_mtime < source.stat().st_mtime)


def _libraries(settings: Settings) -> Finding:
    lacking = [name for name in LIBRARIES if not _loads(name)]
    cure = "sudo apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fontconfig"
    return Finding(_("System libraries"), not lacking, ", ".join(lacking or LIBRARIES), cure)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
