"""The robots of a site, as the administrator keeps them, and what left the house lately."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.core.message import LOCALES, Message, _
from models.core.places import Site
from models.core.session import note, now
from models.core.validity import FILL_IN, Invalid
from models.notices import Delivery, Robot, RobotKind
from services.notices import quiet, robots
from services.settings import Settings

LONGEST_LABEL = 40


def kept(session: Session) -> Sequence[Robot]:
    """The robots of all sites."""
    return session.execute(select(Robot).where(Robot.removed_at.is_(None)).order_by(Robot.site_id, Robot.id)).scalars().all()


def add_robot(
    session: Session,
    settings: Settings,
    *,
    site: Site | None,
    kind: str,
    label: str,
    address: str,
    secret: str = "",
    language: str = "zh",
    quiet_from: str = "",
    quiet_until: str = "",
) -> Robot:
    """Keep a robot for a site; the trail tells its label and nothing secret. Raises `Invalid` with what is wrong."""
    label, address, secret = label.strip(), address.strip(), secret.strip()
    wrong: dict[str, Message] = quiet.problems(quiet_from, quiet_until)
    if site is None:
        wrong["site"] = _("Choose one of the list.")
    if kind not in {each.value for each in RobotKind}:
        wrong["kind"] = _("Choose one of the list.")
    if language not in LOCALES:
        wrong["language"] = _("Choose one of the list.")
    if not label:
        wrong["label"] = FILL_IN
    elif len(label) > LONGEST_LABEL:
        wrong["label"] = _("At most {n} characters.", n=LONGEST_LABEL)
    if not robots.allowed(settings, address):
        wrong["address"] = _(
            "Copy the whole address of the robot, which begins with https; its host must be among: {hosts}", hosts=settings.robots
        )
    if secret and kind != RobotKind.DINGTALK:
        wrong["secret"] = _("Only DingTalk signs; leave this empty.")
    if wrong or site is None:
        raise Invalid(wrong)
    robot = Robot(site_id=site.id, kind=kind, label=label, address=address, secret=secret, language=language)
    robot.quiet_from, robot.quiet_until = quiet_from, quiet_until
    session.add(robot)
    note(session, "robot_added", site_id=site.id, details={"name": label, "code": site.code})
    return robot


def remove_robot(session: Session, robot: Robot) -> None:
    """Keep a robot no longer, and wipe what is secret of it."""
    robot.removed_at, robot.address, robot.secret = now(), "", ""
    note(session, "robot_removed", site_id=robot.site_id, details={"name": robot.label, "code": robot.site.code})


def lately(session: Session, limit: int) -> Sequence[Delivery]:
    """The letters that left the house last, or could not: of what goes together the first."""
    first = or_(Delivery.letter.is_(None), Delivery.letter == Delivery.id)
    return session.execute(select(Delivery).where(first).order_by(Delivery.id.desc()).limit(limit)).scalars().all()
