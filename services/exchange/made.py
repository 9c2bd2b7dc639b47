"""Which records a file makes: all that are written while its rows are entered, those that they bring about among them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import bindparam, event, update
from sqlalchemy.orm import Session

from models.core.putting import put
from models.core.register import Register
from models.exchange import ImportedRow


class Made:
    """What was made of one batch of rows; kept with it, in the same transaction."""

    def __init__(self, session: Session, batch_id: int) -> None:
        self.session = session
        self.batch_id = batch_id
        self.digests: dict[Register, str | None] = {}
        self._new: dict[Register, None] = {}
        self._changed: dict[Register, None] = {}

    @contextmanager
    def watched(self) -> Iterator[None]:
        """See every record that is written inside."""
        seen = (("pending_to_persistent", self._see_new), ("after_flush", self._see_changed))
        for name, see in seen:
            event.listen(self.session, name, see)
        try:
            yield
        finally:
            for name, see in seen:
                event.remove(self.session, name, see)

    def _see_new(self, session: Session, row: Any) -> None:
        if isinstance(row, Register):
            self._new[row] = None

    def _see_changed(self, session: Session, context: Any) -> None:
        self._changed.update(dict.fromkeys(each for each in session.dirty if isinstance(each, Register)))

    def keep(self) -> None:
        """Write down what was made since, and how what was made before stands now; what was rolled back meanwhile is left out."""
        made = [each for each in self._new if each in self.session]
        rows = [
            {
                "batch_id": self.batch_id,
                "register": each.key,
                "record_id": each.id,
                "version": each.version,
                "digest": self.digests.get(each),
            }
            for each in made
        ]
        changed = [
            {"of": each.key, "record": each.id, "stands": each.version}
            for each in self._changed
            if each not in self._new and each in self.session
        ]
        put(self.session.connection(), ImportedRow.__table__, rows)
        if changed:
            record = (ImportedRow.register == bindparam("of"), ImportedRow.record_id == bindparam("record"))
            mine = update(ImportedRow).where(ImportedRow.batch_id == self.batch_id, *record)
            self.session.connection().execute(mine.values(version=bindparam("stands")), changed)
        self.digests.clear()
        self._new.clear()
        self._changed.clear()
