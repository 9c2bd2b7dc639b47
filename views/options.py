"""What a link field offers while it is typed into: a few records of the linked register, found as a list finds them."""

from __future__ import annotations

from flask import Blueprint, g, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

import models
from services.bookkeeping import require
from services.database import db
from services.listing import Asked, Listing, subjects

blueprint = Blueprint("options", __name__)
MOST = 12


@blueprint.get("/options/<register>/")
def index(register: str) -> ResponseReturnValue:
    """JSON `[{"id", "text", "hint"}]` for `?q=`: at most twelve, of the current site, what the role may read."""
    try:
        cls = models.register(register)
    except KeyError as unknown:
        raise NotFound from unknown
    require(cls, "read")
    if g.shell.place is None:
        return jsonify([])
    subject = cls.fields()[cls.about.subject]
    listing = Listing(db.session, cls, g.shell.place.id, Asked(words=request.args.get("q", "")[:100]), g.shell.role, g.shell.reader.zone)
    page = listing.page([cls.number, getattr(cls, subject.column)], MOST)
    hints = subjects(db.session, cls, page.rows, g.shell.reader)
    return jsonify([{"id": row.id, "text": row.number, "hint": hints[row.id][:60]} for row in page.rows])
