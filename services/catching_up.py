"""A house from before: what is kept beside its open records is written down once, when it is brought up to date."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import models
from models.core.deadlines import Clock, keep_clocks
from models.core.session import now
from services import awaiting

BATCH = 500


def catch_up(session: Session) -> int:
    """Hang the clocks and the awaited signatures of all open records as they are declared today; how many records.

    What has run out by now stands on the desks; nobody is told of it one by one.
    """
    found = 0
    for register in models.registers():
        if not register.slots and not register.deadlines:
            continue
        open_ = (register.state.not_in([each.value for each in register.closed]), register.voided_at.is_(None))
        for row in session.execute(select(register).where(*open_).execution_options(yield_per=BATCH)).scalars():
            keep_clocks(session, row)
            awaiting.keep(session, row)
            found += 1
    late = (Clock.told_at.is_(None), Clock.met_at.is_(None), Clock.due_at < now())
    session.execute(update(Clock).where(*late).values(told_at=now()).execution_options(synchronize_session=False))
    return found
