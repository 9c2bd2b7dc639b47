"""All registers on one page, as the inside cover of a book lists them; and which of them each reader opened last."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_admin import BaseView, expose
from sqlalchemy.exc import OperationalError

from models.core.access import ADMIN, Refused
from models.core.message import _
from services import recent

PAGES = "register_"  # the endpoints of every register's pages begin so


class ContentsView(BaseView):
    """The table of contents: chapters, registers, and where the documents order them."""

    def _handle_view(self, name: str, **kwargs: Any) -> None:
        if g.shell.user is None or g.shell.role == ADMIN:
            raise Refused(_("Your role may not do this."), action=f"{self.endpoint}.{name}")

    def is_visible(self) -> bool:
        """The menu is drawn by the shell."""
        return False

    @expose("/")
    def index(self) -> ResponseReturnValue:
        """Every register that the reader may open."""
        return render_template("contents.html", count=sum(len(chapter.registers) for chapter in g.shell.chapters))


def remember(response: Response) -> Response:
    """Keep, after its page was answered, which register the reader has opened."""
    page, _dot, _name = (request.endpoint or "").partition(".")
    user = g.shell.record if "shell" in g else None
    if user is not None and request.method == "GET" and response.status_code == 200 and page.startswith(PAGES):
        try:
            recent.remember(user, page.removeprefix(PAGES))
        except OperationalError as busy:  # the page is not worth less for it
            current_app.logger.info("The register last opened was not kept: %s", busy.orig)
    return response
