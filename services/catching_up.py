"""A house from before: what is kept beside its open records is written down once, when it is brought up to date."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

import models
from models.core.deadlines import Clock, keep_clocks
from models.core.session import now
from models.jobs import PassRun
from services import awaiting

BATCH = 500


def catch_up(session: Session) -> int:
    """Hang the clocks and the awaited signatures of all open records as they are declared today, and write what is reckoned; how many.

    What had run out when the clocks were last looked at, or by now where they never were, stands on the desks; nobody is
    told of it one by one. What ran out since is left to the worker, which tells of it.
    """
    from services.reactions import REACTIONS  # they ask for the database, which asks for this

    found = 0
    for register in models.registers():
        if not register.slots and not register.deadlines:
            continue
        open_ = (register.state.not_in([each.value for each in register.closed]), register.voided_at.is_(None))
        for row in session.execute(select(register).where(*open_).execution_options(yield_per=BATCH)).scalars():
            keep_clocks(session, [row], now())
            awaiting.keep(session, [row])
            for each in REACTIONS.get((register.key, "reckoned"), ()):
                each(session, row)
            found += 1
    looked_at = session.execute(select(PassRun.moment).where(PassRun.name == "clocks")).scalar()
    until = min(looked_at or now(), now())
    late = (Clock.told_at.is_(None), Clock.met_at.is_(None), Clock.due_at < until)
    session.execute(update(Clock).where(*late).values(told_at=now()).execution_options(synchronize_session=False))
    return found
