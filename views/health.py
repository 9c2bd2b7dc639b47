"""`/healthz`: whether the server answers and reaches its database."""

from __future__ import annotations

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from services.database import db

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> ResponseReturnValue:
    """`{"status": "ok"}` when the database answers."""
    db.session.execute(text("SELECT 1"))
    return jsonify(status="ok")
