"""The work behind the pages: done once, told as it goes on, taken up again when its worker died; and the strokes of the clock."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pydantic import SecretStr
from redis.exceptions import RedisError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.complaints import Complaint
from models.core import actor as actors
from models.core.access import Refused
from models.core.message import Message, _
from models.core.session import now
from models.core.validity import Invalid
from models.jobs import Job, JobState
from models.people import User
from services.attachments.store import Store
from services.jobs import Run, passes, queue, works
from services.jobs.asking import again, ask, cancel
from services.jobs.declaring import job
from services.jobs.passes import ATTEMPTS, tick
from services.jobs.performing import LEASE, give_back, perform
from services.jobs.queue import UnknownQueue, _open
from tests.conftest import Clock
from tests.make import make
from tests.office import Office
from tests.walk import said

PROJECT = Path(__file__).resolve().parents[1]
PATIENCE = 60  # seconds for a process on a busy machine
STEPS = 3


@pytest.fixture
def declare(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`declare(function, writes=…)`: put a job called `work` on the shelf for the test."""

    def put(function: Callable[..., Any], *, by: str = "lead", writes: bool = False) -> None:
        shelf = works().copy()  # all of them, so that none is declared into the copy alone
        monkeypatch.setattr("services.jobs.declaring.WORK", shelf)
        monkeypatch.setattr("services.jobs.WORK", shelf)
        job("work", _("Print a book"), by=by, writes=writes)(function)

    return put


def made(name: str, function: Callable[[Session, datetime], int | None]) -> passes.Pass:
    """A pass of the clock for the test."""
    return passes.Pass(name, Message(f"Pass {name}"), function)


def asked(office: Office, name: str = "cs_supervisor", **args: Any) -> int:
    """Ask for the job of the test."""
    with office.acting_as(name) as session:
        return ask(session, "work", site_id=office.site.id, **args).id


def done(office: Office, number: int) -> Job:
    """Let the worker do a job, here and now; how it stands afterwards."""
    with office.app.app_context():
        perform(number)
    return row(office, number)


def row(office: Office, number: int) -> Job:
    """A job as it stands."""
    with office.apart() as session:
        found = session.get_one(Job, number)
        session.expunge_all()
        return found


def test_a_job_is_done_once_however_often_the_worker_hears_of_it(office: Office, declare: Any) -> None:
    heard: list[Any] = []

    def work(run: Run, *, year: int) -> Message:
        heard.append((year, actors.current().username, run.site_id))  # type: ignore[union-attr]
        return _("{n} rows", n=year)

    declare(work)
    number = asked(office, year=2026)
    for _time in range(3):
        assert done(office, number).state == JobState.DONE
    assert heard == [(2026, "cs_supervisor", office.site.id)]
    page = said(office.client_as("project_manager").get("/jobs/"))
    assert _("{n} rows", n=2026).say("zh") in page
    assert office.accounts["cs_supervisor"].name in page


def test_a_job_tells_how_far_it_is_and_ends_at_its_next_step_when_it_is_cancelled(office: Office, declare: Any) -> None:
    def work(run: Run) -> None:
        for place in range(STEPS):
            if place == 2:
                with office.acting_as("project_manager") as session:
                    cancel(session, session.get_one(Job, number))
            run.progress(place + 1, STEPS)
            if place == 1:
                assert "2/3" in said(office.client_as("project_manager").get("/jobs/"))
        raise AssertionError("it went on")

    declare(work)
    number = asked(office)
    found = done(office, number)
    assert (found.state, found.done, found.of) == (JobState.CANCELLED, 2, STEPS)
    with office.acting_as("cs_supervisor") as session:
        again(session, session.get_one(Job, number))
    assert row(office, number).state == JobState.WAITING


def test_a_job_that_waits_is_cancelled_at_once_and_not_begun(office: Office, declare: Any) -> None:
    declare(lambda run: pytest.fail("it was begun"))
    number = asked(office)
    answer = office.client_as("cs_supervisor").post(f"/jobs/{number}/", {"action": "cancel"})
    assert answer.location == "/jobs/"
    assert done(office, number).state == JobState.CANCELLED


@pytest.mark.parametrize(
    ("trouble", "said_"),
    [
        (Invalid({"year": _("Please fill this in.")}), _("Please fill this in.").say("zh")),
        (Refused(_("Your role may not do this.")), _("Your role may not do this.").say("zh")),
        (RuntimeError("out of paper\nand more"), "RuntimeError: out of paper"),
    ],
)
def test_a_job_that_fails_says_why_and_keeps_nothing_of_its_last_step(office: Office, declare: Any, trouble: Exception, said_: str) -> None:
    def work(run: Run) -> None:
        make(run.session, Complaint, subject="before the step")
        run.progress(1, 2)
        make(run.session, Complaint, subject="after the step")
        raise trouble

    declare(work, writes=True)
    found = done(office, asked(office))
    assert found.state == JobState.FAILED
    assert said_ in said(office.client_as("cs_supervisor").get("/jobs/"))
    with office.acting_as("console") as session:
        assert list(session.execute(select(Complaint.subject)).scalars()) == ["before the step"]


def test_a_job_has_the_rights_of_whoever_asked_as_they_are_today(office: Office, declare: Any, clock: Clock) -> None:
    counts: list[int] = []

    def work(run: Run) -> None:
        counts.append(len(run.session.execute(select(Complaint.id)).all()))

    declare(work)
    with office.acting_as("console") as session:
        make(session, Complaint)
    with office.acting_as("console", office.other_site) as session:
        make(session, Complaint)
    done(office, asked(office))
    number = asked(office)
    with office.acting_as("admin") as session:
        session.execute(update(User).where(User.username == "cs_supervisor").values(disabled_at=clock.moment))
    done(office, number)
    assert counts == [1, 0], "of the own site; of none after leaving"


def test_a_job_is_for_whom_it_is_declared_and_seen_by_those_who_lead(office: Office, declare: Any) -> None:
    declare(lambda run: None)
    with pytest.raises(Refused), office.acting_as("front_desk") as session:
        ask(session, "work")
    number = asked(office)
    assert f'action="/jobs/{number}/"' in said(office.client_as("admin").get("/jobs/"))
    elsewhere = office.client_as("cs_supervisor.other")
    assert f'action="/jobs/{number}/"' not in said(elsewhere.get("/jobs/"))
    assert elsewhere.post(f"/jobs/{number}/", {"action": "cancel"}).status_code == 404
    assert office.client_as("front_desk").get("/jobs/").status_code == 403


def test_a_job_whose_worker_died_is_taken_up_where_it_stood_and_given_up_after_some_times(
    office: Office, declare: Any, clock: Clock
) -> None:
    begun: list[int] = []

    def work(run: Run) -> None:
        begun.append(run.done)
        run.progress(run.done + 1, 9)
        raise KeyboardInterrupt  # as if the process were gone: nobody tells how it ended

    declare(work)
    number = asked(office)
    for attempt in range(ATTEMPTS):
        with pytest.raises(KeyboardInterrupt):
            done(office, number)
        with office.app.app_context():
            tick(clock.moment)
            assert row(office, number).state == JobState.RUNNING, "it may still be alive"
            tick(clock.go_on(seconds=LEASE.total_seconds() + 1))
        assert row(office, number).state == (JobState.WAITING if attempt + 1 < ATTEMPTS else JobState.FAILED)
    assert begun == [0, 1, 2]
    assert str(ATTEMPTS) in str(row(office, number).error)


def test_a_worker_that_lost_its_job_to_another_keeps_nothing_of_it(office: Office, declare: Any) -> None:
    def work(run: Run) -> None:
        with office.apart() as session:
            session.execute(update(Job).values(worker="another"))
            session.commit()
        make(run.session, Complaint)

    declare(work, writes=False)
    found = done(office, asked(office))
    assert (found.state, found.worker) == (JobState.RUNNING, "another")
    with office.acting_as("console") as session:
        assert session.execute(select(Complaint.id)).first() is None


def test_a_worker_that_ends_in_good_order_gives_back_what_it_held(office: Office, declare: Any) -> None:
    def work(run: Run) -> None:
        give_back()
        run.progress(1, 2)

    declare(work)
    assert done(office, asked(office)).state == JobState.WAITING


# The clock --------------------------------------------------------------------------------


def test_a_pass_that_fails_keeps_no_other_from_being_made_and_its_error_is_shown(
    office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    def writes_and_fails(session: Session, moment: datetime) -> int:
        make(session, Complaint)
        raise RuntimeError("the spring broke")

    def sees(session: Session, moment: datetime) -> int:
        actor = actors.current()
        seen.append((moment, actor.username, actor.site_ids))  # type: ignore[union-attr]
        return len(session.execute(select(Complaint.id)).all()) + 7

    monkeypatch.setattr(passes, "PASSES", (made("first", writes_and_fails), made("second", sees)))
    with office.app.app_context():
        ran = tick(clock.moment)
    assert [(each.name, each.count, str(each.error)) for each in ran] == [
        ("first", 0, "RuntimeError: the spring broke"),
        ("second", 7, ""),
    ]
    assert seen == [(clock.moment, "system:clock", (office.site.id, office.other_site.id))]
    monkeypatch.setattr(passes, "PASSES", (made("first", sees), made("second", sees)))
    with office.app.app_context():
        tick(clock.go_on(minutes=1))
    page = said(office.client_as("admin").get("/jobs/"))
    assert "the spring broke" in page, "what went wrong last stays to be read"


def test_a_worker_that_is_silent_is_missed_on_the_page(office: Office, clock: Clock) -> None:
    def missed() -> bool:
        return "flask --app app jobs worker" in said(office.client_as("cs_supervisor").get("/jobs/"))

    assert missed()
    with office.app.app_context():
        tick(clock.moment)
    assert not missed()
    clock.go_on(minutes=6)
    assert missed()


def test_the_clock_strikes_by_hand_for_the_moment_that_is_named(app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    moments: list[tuple[datetime, datetime]] = []
    monkeypatch.setattr(passes, "PASSES", (made("only", lambda session, moment: moments.append((moment, now()))),))
    runner = app.test_cli_runner()
    for typed, meant in (
        ("2026-09-30T10:00", "2026-09-30T02:00+00:00"),
        ("2026-09-30T10:00+02:00", "2026-09-30T08:00+00:00"),
        ("2026-10-01 00:00", "2026-09-30T16:00+00:00"),
    ):
        answer = runner.invoke(args=["jobs", "tick", "--now", typed, "--json"])
        assert answer.exit_code == 0, answer.output
        assert json.loads(answer.output)["passes"] == [{"name": "only", "label": "Pass only", "count": 0, "error": ""}]
        assert moments.pop() == (datetime.fromisoformat(meant), datetime.fromisoformat(meant))
    assert abs(now() - datetime.now(UTC)) < timedelta(minutes=1), "the clock is the machine's again"
    monkeypatch.setattr(passes, "PASSES", (made("only", lambda session, moment: 1 // 0),))
    answer = runner.invoke(args=["jobs", "tick"])
    assert (answer.exit_code, answer.output.splitlines()[0][:9]) == (1, "Pass only"), "what people call it, not its name in the books"


@pytest.mark.parametrize("typed", ["1900", "2026-09-30", "2026-09", "10:00", "2026-09-30T10", "2026-13-01T10:00", "tomorrow", ""])
def test_the_clock_does_not_strike_for_what_is_no_full_moment(
    app: Flask, office: Office, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.setattr(passes, "PASSES", (made("only", lambda session, moment: pytest.fail("It struck.")),))
    answer = app.test_cli_runner().invoke(args=["jobs", "tick", "--now", typed], env={"LANG": "en"})
    assert answer.exit_code == 1 and "Write the day and the time, such as 2026-09-30T10:00" in answer.output


def test_the_jobs_are_listed_at_the_console(app: Flask, office: Office, declare: Any) -> None:
    declare(lambda run: _("{n} rows", n=4))
    number = asked(office)
    done(office, number)
    answer = app.test_cli_runner().invoke(args=["jobs", "list", "--json"], env={"LANG": "en"})
    (found,) = json.loads(answer.output)
    assert (found["id"], found["state"], found["result"]) == (number, "done", "4 rows")


def test_what_is_over_is_forgotten_after_three_months_with_the_file_that_it_made(office: Office, declare: Any, clock: Clock) -> None:
    store = Store(office.app.config["SETTINGS"].files)
    declare(lambda run: run.keep(file=store.keep(b"a pack", b"")))
    number = asked(office)
    done(office, number)
    declare(lambda run: None)
    newest = asked(office)
    done(office, newest)
    with office.app.app_context():
        tick(clock.go_on(days=89))
        assert store.content(row(office, number).file) == b"a pack"
        tick(clock.go_on(days=2))
    with office.apart() as session:
        assert session.get(Job, number) is None
        assert session.get(Job, newest) is not None, "Its number is not given to another job."
    assert not [each for each in store.folder.rglob("*") if each.is_file() and each.read_bytes() == b"a pack"]
    assert asked(office) > newest


# The queue and the process ----------------------------------------------------------------


@pytest.mark.one_database
def test_the_queue_is_one_of_three_kinds_and_a_wrong_address_is_not_repeated(tmp_path: Path) -> None:
    from huey.storage import RedisStorage, SqliteStorage

    assert isinstance(_open(f"sqlite:///{tmp_path}/jobs.db", b"key").storage, SqliteStorage)
    assert (tmp_path / "jobs.db").exists()
    assert isinstance(_open("redis://:secret@127.0.0.1:1/3", b"key").storage, RedisStorage)
    with pytest.raises(UnknownQueue) as wrong:
        _open("amqp://user:secret@there/", b"key")
    assert "secret" not in str(wrong.value)
    assert _open("redis://127.0.0.1:1/", b"one").name != _open("redis://127.0.0.1:1/", b"two").name


@pytest.fixture
def silent_queue(office: Office, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Redis that is not there, which no test after this one may take for its queue."""
    monkeypatch.setattr(office.app.config["SETTINGS"], "jobs", SecretStr("redis://127.0.0.1:1/"))
    office.app.extensions.pop("jobs", None)
    yield
    monkeypatch.undo()
    office.app.extensions.pop("jobs", None)


def test_what_cannot_be_put_into_the_queue_is_entered_all_the_same(
    office: Office, declare: Any, clock: Clock, monkeypatch: pytest.MonkeyPatch, silent_queue: None
) -> None:
    sent: list[tuple[str, int]] = []
    declare(lambda run: None)
    with office.app.app_context():
        number = asked(office)
    assert row(office, number).state == JobState.WAITING
    monkeypatch.setitem(office.app.extensions, "jobs", type("Queue", (), {"send": lambda self, *what: sent.append(what)})())
    with office.app.app_context():
        tick(clock.go_on(minutes=2))
    assert sent == [("perform", number)], "the clock reminds the queue"


@pytest.mark.one_database
def test_a_redis_that_takes_a_call_and_says_nothing_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "SILENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        huey = _open(f"redis://127.0.0.1:{mute.getsockname()[1]}/", b"key")
        with pytest.raises(RedisError, match=r"[Tt]imeout"):
            huey.task(name="nothing")(lambda: None)()
