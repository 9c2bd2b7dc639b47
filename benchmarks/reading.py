"""The rows of an instance as the product reads them, for what is measured on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from benchmarks.instance import Instance
from models.complaints.complaint import Complaint
from models.core.access import CONSOLE
from models.core.actor import Actor, acting
from models.core.message import speaking
from models.core.places import Site
from services.database import db
from services.display import Reader
from services.listing import Asked, Listing


@contextmanager
def inside(made: Instance) -> Iterator[tuple[Listing, Reader, Site]]:
    """The complaints of an instance, as its console reads them in Chinese."""
    actor = Actor(None, "measure", "measure", CONSOLE, (1,))
    with made.app().app_context(), acting(actor), speaking("zh"):
        site = db.session.get_one(Site, 1)
        reader = Reader(CONSOLE, "zh", ZoneInfo(site.timezone))
        yield Listing(db.session(), Complaint, site.id, Asked(), CONSOLE, reader.zone), reader, site
