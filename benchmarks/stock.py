"""The peers: stock Flask-Admin over the same table of the same file, and the floor under every list page."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask, render_template_string
from flask_admin import Admin
from flask_admin.contrib.sqla import ModelView
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData, Table, create_engine

from models.complaints.complaint import Complaint

LISTED = [field.column for field in Complaint.fields().values() if field.listed]
SEARCHED = [field.column for field in Complaint.fields().values() if field.searched]


def stock(file: Path, helped: bool = False, exports: Sequence[str] = ()) -> Flask:
    """Flask-Admin's own `ModelView` of complaints: same columns, order, filters and searched columns, 50 rows a page.

    `helped`, it is limited to the rows of one site as the product is, so that our own indexes serve it too;
    `exports` are the columns that it exports.
    """
    app = Flask("stock")
    app.secret_key = "stock"
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{file}"
    Babel(app)
    db = SQLAlchemy()
    metadata = MetaData()
    complaint = Table("complaint", metadata, autoload_with=create_engine(f"sqlite:///{file}"), resolve_fks=False)
    for key in list(complaint.foreign_key_constraints):
        complaint.constraints.discard(key)
    db.init_app(app)

    class StockComplaint(db.Model):  # type: ignore[name-defined,misc]
        __table__ = complaint.to_metadata(db.metadata)

    class StockView(ModelView):
        column_list = LISTED
        column_searchable_list = SEARCHED
        column_filters = ["state", "received_at"]
        column_default_sort = ("received_at", True)
        page_size = 50
        named_filter_urls = True
        can_create = can_edit = can_delete = False
        can_export = bool(exports)
        column_export_list = list(exports)
        export_max_rows = 0

    class HelpedView(StockView):
        def get_query(self) -> Any:
            return super().get_query().where(StockComplaint.site_id == 1)

        def get_count_query(self) -> Any:
            return super().get_count_query().where(StockComplaint.site_id == 1)

    view = HelpedView if helped else StockView
    Admin(app, name="stock").add_view(view(StockComplaint, db, endpoint="complaint", url="/complaint"))
    return app


FLOOR = """<!doctype html><title>floor</title><table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>
{%- endfor %}</tr>{% endfor %}</table>"""


def floor(file: Path) -> Flask:
    """The least that a list page can cost: bare Flask, SQL written by hand, one flat template."""
    app = Flask("floor")
    connection = sqlite3.connect(file, check_same_thread=False)
    asked = f"SELECT {', '.join(LISTED)} FROM complaint WHERE site_id = 1 ORDER BY received_at DESC, id DESC LIMIT 50"

    @app.get("/")
    def first() -> str:
        return render_template_string(FLOOR, rows=connection.execute(asked).fetchall())

    return app
