"""A record with a photo and a scan on it, and what tests do with them."""

from __future__ import annotations

import io
from functools import cache
from typing import Any

from sqlalchemy import select
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

import models
from models.core.attachments import Attachment
from models.core.audit import AuditEntry
from services import attachments
from services.attachments.receiving import Received, received
from services.attachments.store import Store
from tests.made_files import photo, scan
from tests.make import make
from tests.office import Browser, Office

CAPTION = "地下车库顶板漏水"


@cache
def taken(what: str, shade: int = 120) -> Received:
    """A photo or a scan as it was received."""
    return received(scan(), "业主身份证.pdf") if what == "scan" else received(photo(shade=shade), "漏水照片.jpg")


class Hung:
    """A record with a photo and a personal scan on it."""

    def __init__(self, office: Office, key: str, *at: Any) -> None:
        self.key, self.store = key, Store(office.app.config["SETTINGS"].files)
        with office.acting_as("console", *at) as session:
            row = make(session, models.register(key))
            session.flush()
            self.id, self.number, self.version = row.id, row.number, row.version
            self.photo = attachments.attach(session, row, self.store, taken("photo"), CAPTION, personal=False).id
            self.scan = attachments.attach(session, row, self.store, taken("scan"), CAPTION, personal=True).id
        self.page = f"/register/{key}/{self.id}/"
        self.url = f"{self.page}attachments/"


def send(browser: Browser, url: str, *files: tuple[bytes, str], **more: str) -> TestResponse:
    """Attach files as a form does."""
    data = MultiDict({"csrf_token": browser.token, **more})
    for content, name in files:
        data.add("file", (io.BytesIO(content), name))
    return browser.open(url, method="POST", data=data, content_type="multipart/form-data")


def found(office: Office, record: Hung) -> list[Attachment]:
    """What hangs on a record."""
    with office.acting_as("console") as session:
        return attachments.of(session, session.get_one(models.register(record.key), record.id))


def told(office: Office, kind: str) -> list[str]:
    """The payloads of the entries of a kind, oldest first."""
    with office.acting_as("console") as session:
        entries = session.execute(select(AuditEntry).where(AuditEntry.kind == kind).order_by(AuditEntry.seq)).scalars()
        return [bytes(each.payload).decode() for each in entries]
