"""What journeys have in common: filling the complaint form, entering records past the browser, reading papers back."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect
from sqlalchemy import select

import models
from models.core.actor import acting
from models.core.session import now
from models.people import User
from services import bookkeeping
from services.database import Apart, db, writing
from tests.browser.house import House, Person

ZONE = ZoneInfo("Asia/Shanghai")
LIST = "/register/complaint/"
NAME, PHONE = "唐志刚", "13802564712"
TYPED = {
    "house": "3栋2单元1302",
    "complainant": NAME,
    "phone": PHONE,
    "subject": "楼上装修午休时段电钻施工",
    "content": "1402 室连续三天在 12:00 至 14:00 使用电钻。\n要求书面制止，并给出处理时间。",
}


def in_an_hour() -> str:
    """A moment as a form takes it, an hour from now at the site."""
    return (datetime.now(ZONE) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")


def fill(page: Page, values: dict[str, str]) -> None:
    """Type into the form that is open."""
    for key, value in values.items():
        page.locator(f'[name="{key}"]').fill(value)


def typed_in(page: Page, values: dict[str, str]) -> None:
    """See that the form holds what was typed."""
    for key, value in values.items():
        expect(page.locator(f'[name="{key}"]')).to_have_value(value)


def choose(page: Page, key: str, code: str) -> None:
    """Choose one of a few, as a person does: by pressing its word."""
    page.locator(f'label:has(input[name="{key}"][value="{code}"])').click()


def press(page: Page) -> None:
    """Press the one blue button of the form."""
    page.locator(".dock .btn.go").click()


@dataclass(frozen=True, slots=True)
class Entered:
    """A record that stands in the books."""

    id: int
    number: str
    url: str


def enter(house: House, *steps: tuple[str, dict[str, Any]], **values: Any) -> Entered:
    """A complaint entered past the browser, with some values of its own, and moved on by some steps."""
    with house.app.app_context(), Apart(bind=db.engine) as session:
        user = session.execute(select(User).where(User.role == "cs_supervisor").order_by(User.id)).scalars().first()
        assert user is not None
        actor, site_id = user.as_actor(), user.sites[0].id
        session.rollback()
        with acting(actor), writing():
            told = {"received_at": now(), "channel": "phone", "first_responder": "何静", **TYPED, **values}
            row = bookkeeping.enter(session, models.register("complaint"), site_id, told)
            for name, asked in steps:
                bookkeeping.move(session, row, name, asked)
            session.commit()
            return Entered(row.id, row.number, f"{LIST}{row.id}/")


def text_of(pdf: bytes, folder: Path) -> str:
    """The text of a PDF as another program reads it."""
    assert pdf.startswith(b"%PDF-"), pdf[:200]
    path = folder / "paper.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


def fetched(page: Page, path: str) -> bytes:
    """The body of a page or paper, asked for with the cookies of the window."""
    answer = page.context.request.get(path)
    assert answer.ok, (answer.status, answer.text()[:500])
    return answer.body()


def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than its window."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def sign_in_by_hand(page: Page, person: Person) -> None:
    """Sign in as a person does."""
    page.locator("#username").fill(person.username)
    page.locator("#password").fill(person.password)
    page.locator("form:has(#password) .btn.go").click()
