"""The test message: whether mail server and robots are set up as they should be, tried at once and told as a job."""

from __future__ import annotations

from sqlalchemy import select

from models.core import actor as actors
from models.core.message import Message, _
from models.core.places import Site
from models.core.session import now
from models.core.validity import Invalid
from models.notices import Delivery, Robot
from services.jobs import Run, job
from services.notices.outbox import HOLD, send_now


@job("test_message", _("Send a test message"), by="admin", writes=True)
def test_message(run: Run, *, robot: int | None = None) -> Message:
    """Send a test to a robot, or by e-mail to whoever asks. Done twice it is the same message, under the same number."""
    once, moment = f"test:{run.job_id}", now()
    delivery = run.session.execute(select(Delivery).where(Delivery.once == once)).scalar_one_or_none()
    if delivery is None:
        actor = actors.current()
        to = run.session.get(Robot, robot) if robot is not None else None
        site_id = to.site_id if to is not None else run.session.execute(select(Site.id).order_by(Site.id).limit(1)).scalar_one()
        delivery = Delivery(
            once=once,
            target=f"robot:{robot}" if robot is not None else f"user:{actor.id if actor else 0}",
            user_id=None if robot is not None else actor.id if actor else None,
            robot_id=robot,
            site_id=site_id,
            kind="test",
            message=_("This is a test message: what the house tells comes through here."),
            made_at=moment,
            due_at=moment + HOLD,  # the clock keeps its hands off it meanwhile
        )
        run.session.add(delivery)
        run.session.flush()
    number = delivery.id
    run.progress(0, 1)
    wrong = send_now(run.session, run.session.get_one(Delivery, number), moment)
    if wrong is not None:
        raise Invalid({"delivery": wrong})
    return _("Sent as notice {n}.", n=number)
