"""The end of the seal that lies ahead: whoever leads a site and the administrators are told, in time to have it renewed."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.core.places import Site
from models.core.session import CHINA
from models.jobs import PassRun
from services.notices.telling import notify
from services.sealing.seal import WARNED

NAME = "seal"  # of the pass
STEPS = (WARNED, 30, 14, 7, 3, 1, 0)  # days before the end at which it is told once more
PAGE = "/verify/"


def warn(session: Session, moment: datetime) -> int:
    """Tell of a seal that ends soon or cannot be used; how many heard of it now. Looks once a day by the clock of China."""
    from services.sealing.opening import standing

    last, day = session.get(PassRun, NAME), moment.astimezone(CHINA).date()
    if last is not None and last.moment.astimezone(CHINA).date() == day:
        return 0
    found = standing(current_app.config["SETTINGS"], moment)
    if found.trouble:
        once, message = f"seal:{day}", found.trouble
    elif found.until is not None and (found.until - moment).days < WARNED:
        left = (found.until - moment).days
        once, message = f"seal:{found.fingerprint[:16]}:{min(each for each in STEPS if each >= left)}", found.warning
    else:
        return 0
    sites = session.execute(select(Site.id).order_by(Site.id)).scalars()
    return sum(notify(session, to="lead admin", site_id=each, kind="seal", message=message, once=once, about=PAGE) for each in sites)
