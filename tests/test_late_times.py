"""Trusted times that come late: an authority that was down is asked again, and the paper that was given out stays good."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import SecretStr
from sqlalchemy import select

from models.core.session import now
from models.jobs import Job, JobState
from models.papers import IssuedPaper
from services import destroying, issuing, late_times
from services.jobs.passes import tick
from services.jobs.performing import perform
from tests.office import Office
from tests.test_issuing import borrowed, issued, proved

if TYPE_CHECKING:
    from tests.time_authority import Times

pytest_plugins = ("tests.time_authority",)
pytestmark = pytest.mark.one_database


def test_a_paper_sealed_while_the_authority_was_down_gets_its_time_later_and_both_files_are_good(
    office: Office, time_authority: Times, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = office.app.config["SETTINGS"]
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(time_authority.root.public_bytes(Encoding.PEM))
    monkeypatch.setattr(settings, "tsa", SecretStr(time_authority.address))
    monkeypatch.setattr(settings, "tsa_certificates", trusted)
    monkeypatch.setattr(time_authority, "mood", "refusing")
    first = issued(office, borrowed(office))
    with office.apart() as session:
        waiting = session.execute(select(IssuedPaper)).scalar_one()
    assert (waiting.level, waiting.waits_for_time, waiting.timed) == ("B-B", True, None)

    monkeypatch.setattr(time_authority, "mood", "honest")
    with office.app.app_context():
        for _time in range(2):
            tick(now(), "times")  # asked once, however often the clock strikes
        with office.apart() as session:
            (job,) = session.execute(select(Job.id)).scalars()
        perform(job)
    with office.apart() as session:
        done, paper = session.get_one(Job, job), session.execute(select(IssuedPaper)).scalar_one()
    assert done.state == JobState.DONE, str(done.error)
    assert (paper.level, paper.waits_for_time) == ("B-LTA", False)
    with office.app.app_context():
        timed = issuing.file_of(paper)
    assert timed.startswith(first.pdf), "what was given out stays as it was, with the time behind it"
    assert [proved(office, each).word for each in (first.pdf, timed)] == ["identical", "identical"]


def test_a_paper_that_was_destroyed_or_is_lost_keeps_no_other_from_its_time(
    office: Office, time_authority: Times, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = office.app.config["SETTINGS"]
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(time_authority.root.public_bytes(Encoding.PEM))
    monkeypatch.setattr(settings, "tsa", SecretStr(time_authority.address))
    monkeypatch.setattr(settings, "tsa_certificates", trusted)
    monkeypatch.setattr(time_authority, "mood", "refusing")
    lost, burnt, kept = (issued(office, borrowed(office)) for _time in range(3))
    with office.app.app_context():
        issuing.store().destroy(hashlib.sha256(lost.pdf).hexdigest())
        monkeypatch.setattr(time_authority, "mood", "honest")
        upgrade = late_times.upgraded

        def meanwhile(pdf: bytes, *given: Any) -> Any:
            if pdf == burnt.pdf:  # while the authority is asked, a list is carried out
                with office.acting_as("console") as session:
                    paper = session.execute(select(IssuedPaper).where(IssuedPaper.code == burnt.code)).scalar_one()
                    destroying.destroy_paper(session, paper, "XH-1")
            return upgrade(pdf, *given)

        monkeypatch.setattr(late_times, "upgraded", meanwhile)
        tick(now(), "times")
        with office.apart() as session:
            (job,) = session.execute(select(Job.id)).scalars()
        perform(job)
    with office.apart() as session:
        papers = session.execute(select(IssuedPaper)).scalars().all()
    stand = {each.code: (each.level, each.waits_for_time, each.timed is None) for each in papers}
    assert stand == {lost.code: ("B-B", False, True), burnt.code: ("B-B", False, True), kept.code: ("B-LTA", False, False)}
