"""The bell: on a telephone too it says how much was told, and leads to it and on to the record."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

import models
from models.core.access import CONSOLE
from models.core.actor import Actor, acting
from models.core.message import _
from models.core.places import Site
from models.core.session import now
from services import notices
from services.database import Apart, db, writing
from tests.browser.conftest import NARROW, Open
from tests.browser.deeds import enter, scrolls_sideways
from tests.browser.house import House
from tests.browser.looking import Look, look_at


def tell(house: House, role: str, times: int = 1) -> str:
    """Tell those who have a role at the site of so many complaints that are late, of each twice; the address of the last record."""
    records = [enter(house) for _each in range(times)]
    with house.app.app_context(), writing(), Apart(bind=db.engine) as session:
        site_id = session.execute(select(Site.id)).scalar_one()
        with acting(Actor(None, "system:clock", "系统", CONSOLE, (site_id,))):
            for record in records:
                row = session.get_one(models.register("complaint"), record.id)
                late = _("{register} {number} is late", register=type(row).about.title, number=row.number)
                for place in range(2):
                    once = f"browser:{now().timestamp()}:{record.id}:{place}"
                    notices.notify(session, to=role, site_id=site_id, kind="test", message=late, record=row, once=once)
            session.commit()
    return records[-1].url


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_bell_on_a_telephone_counts_what_was_told_and_leads_to_the_record(house: House, window: Open, scripts: bool) -> None:
    person = house.person("security")
    page = window(person, size=NARROW, scripts=scripts)
    page.goto("/")
    bell = page.locator(".top .bell")
    expect(bell).to_have_text("")
    url = tell(house, "security", 2)
    page.reload()
    expect(bell).to_have_text("2")
    box = bell.bounding_box()
    assert box is not None
    assert box["width"] >= 44 and box["height"] >= 44
    assert box["x"] + box["width"] <= NARROW["width"]
    assert not scrolls_sideways(page)
    bell.click()
    expect(page).to_have_url(f"{house.address}/notices/")
    assert not scrolls_sideways(page)
    page.locator(".notices .new button").first.click()
    expect(page).to_have_url(f"{house.address}{url}")
    expect(bell).to_have_text("1")
    page.goto("/notices/")
    page.get_by_role("button", name="全部标为已读").click()
    expect(bell).to_have_text("")


@pytest.mark.parametrize(
    "look", [Look("zh", False, False), Look("en", True, True), Look("zh", True, True), Look("en", False, True)], ids=str
)
def test_what_was_told_is_good_to_read(house: House, pane: Open, look: Look) -> None:
    person = house.person("engineering", language=look.language)
    tell(house, "engineering", 3)
    page = pane(look, person)
    page.goto("/notices/")
    expect(page.locator(".notices .new")).to_have_count(3)
    look_at(page, look)
