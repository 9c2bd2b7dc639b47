"""What is written in a letter, and said to a robot: what is told, of which record of which site, and under which number."""

from __future__ import annotations

from collections.abc import Sequence

from models.core.message import _
from models.core.places import Site
from models.core.register import REGISTERS
from models.notices import Delivery
from services.notices.matters import Place, page_of, place_of, readable
from services.settings import Settings


def written(settings: Settings, number: int, rows: Sequence[Delivery], site: Site, role: str, language: str) -> tuple[str, str]:
    """Subject and text of a letter to somebody of this role, or to a robot, which has none."""
    place = _about(rows, role)
    about = f"{REGISTERS[place.register].about.title.say(language)} {place.number}" if place is not None else ""
    said = list(dict.fromkeys(row.message.say(language) for row in rows))
    path = place.path if place is not None else page_of(rows[0].matter)
    link = f"{settings.url.rstrip('/')}{path}" if settings.url and path else ""
    name = site.named(language)
    if len(said) == 1:
        subject = _("{site}: {told}", site=name, told=said[0]).say(language)
        lines = [subject, about if about not in subject else ""]
    elif about:
        subject = _("{site}: {about}, {n} notices", site=name, about=about, n=len(said)).say(language)
        lines = [_("{site}: {told}", site=name, told=about).say(language), *said]
    else:
        subject = _("{site}: {told} (and {n} more)", site=name, told=said[0], n=len(said) - 1).say(language)
        lines = [name, *said]
    return subject, "\n".join(line for line in (*lines, link, _("Taizhang notice {n}", n=number).say(language)) if line)


def _about(rows: Sequence[Delivery], role: str) -> Place | None:
    """The record that a letter is about: that of its matter, or where the receiver may not read that one, its own."""
    matter, row = place_of(rows[0].matter), rows[0]
    if matter is not None and (not role or readable(matter, role)):
        return matter
    return Place(row.register, row.record_id, row.number) if row.register in REGISTERS and row.record_id is not None else None
