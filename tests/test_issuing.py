"""Issuing papers and checking them again: one door out of the house, and one word for whatever comes back."""

from __future__ import annotations

import contextlib
import errno
import html
import io
import json
import multiprocessing
import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from sqlalchemy import select

from models.core.actor import acting
from models.core.audit import AuditEntry
from models.core.session import now
from models.keys import KeyBorrow
from models.papers import IssuedPaper
from services import bookkeeping, checkpoints, issuing, verifying
from services.display import Reader
from services.papers import forms
from services.sealing.seal import Unsealed
from tests.make import make
from tests.office import Office
from tests.papers import words


def borrowed(office: Office):
    """A key that was lent."""
    with office.acting_as("console") as session:
        return make(session, KeyBorrow)


def issued(office: Office, row, language: str = "zh") -> issuing.Issued:
    """The form of a record, issued to the supervisor."""
    with office.app.app_context(), acting(office.actor("cs_supervisor")), office.apart() as session:
        again = session.get_one(KeyBorrow, row.id)
        manuscript = forms.form(session, again, office.site, Reader("cs_supervisor", "zh", office.reader_zone))
        session.rollback()
        return issuing.issue(manuscript, language)


def corrected(office: Office, row) -> None:
    """Another name is written into the record."""
    with office.acting_as("cs_supervisor") as session:
        again = session.get_one(KeyBorrow, row.id)
        bookkeeping.correct(session, again, {"borrower": "欧阳更正"}, again.version, "写错了姓")


def proved(office: Office, pdf: bytes) -> verifying.Proof:
    """What is said of a file."""
    with office.app.app_context(), office.apart() as session:
        return verifying.proved(session, pdf)


def test_a_record_that_has_not_changed_gets_the_very_file_again_and_a_changed_one_gets_another(office: Office) -> None:
    row = borrowed(office)
    first, again = issued(office, row), issued(office, row)
    assert (again.pdf, again.code, again.again) == (first.pdf, first.code, True)
    corrected(office, row)
    second = issued(office, row)
    assert second.code != first.code and not second.again
    assert "欧阳更正" in words(second.pdf) and "欧阳更正" not in words(first.pdf)


def test_a_paper_bears_its_code_and_is_known_by_its_file(office: Office) -> None:
    paper = issued(office, borrowed(office))
    said = words(paper.pdf).replace(" ", "").replace("\n", "")
    assert all(paper.code[at : at + 4] in said for at in range(0, 16, 4))
    proof = proved(office, paper.pdf)
    assert (proof.word, proof.code) == ("identical", paper.code)


def test_every_printing_is_told_in_the_trail_with_its_code_and_its_digest(office: Office) -> None:
    row = borrowed(office)
    codes = [issued(office, row).code for _ in range(2)]
    with office.apart() as session:
        entries = session.execute(select(AuditEntry).where(AuditEntry.kind == "printed").order_by(AuditEntry.seq)).scalars()
        told = [json.loads(each.payload)["details"] for each in entries]
    assert [each["code"] for each in told] == codes
    assert [each.get("again", False) for each in told] == [False, True]


def test_a_file_that_was_changed_and_one_from_elsewhere_are_told_apart(office: Office) -> None:
    paper = issued(office, borrowed(office))
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(paper.pdf)) as pdf:
        pdf.save(out)
    resaved = proved(office, out.getvalue())
    assert (resaved.word, resaved.code) == ("changed", paper.code)
    assert resaved.reasons
    assert proved(office, b"%PDF-1.7\nnothing of ours").word == "foreign"
    picture = io.BytesIO()
    Image.new("L", (600, 800), 255).save(picture, "PDF")
    reasons = [str(each) for each in proved(office, picture.getvalue()).reasons]
    assert "没有本单位的签章" in reasons[0] and not any("损坏" in each for each in reasons), reasons


def test_the_page_of_a_code_shows_a_stranger_no_person_and_those_with_an_account_what_they_may_read(office: Office) -> None:
    row = borrowed(office)
    paper = issued(office, row)
    stranger = office.client_as(None).get(f"/v/{paper.code}").get_data(as_text=True)
    assert row.number in stranger and row.borrower not in stranger and row.phone not in stranger
    supervisor = office.client_as("cs_supervisor").get(f"/v/{paper.code}").get_data(as_text=True)
    assert row.borrower in supervisor and row.phone not in supervisor


def test_a_paper_changed_since_it_was_issued_shows_both_versions(office: Office) -> None:
    row = borrowed(office)
    paper = issued(office, row)
    corrected(office, row)
    page = office.client_as("cs_supervisor").get(f"/v/{paper.code}").get_data(as_text=True)
    assert row.borrower in page and "现为：欧阳更正" in page
    stranger = office.client_as(None).get(f"/v/{paper.code}").get_data(as_text=True)
    assert "又有改动" in stranger and "欧阳更正" not in stranger


@pytest.mark.parametrize("who", [None, "auditor", "cs_supervisor"])
def test_whoever_lays_a_paper_on_the_page_is_told_what_it_is(office: Office, who: str | None) -> None:
    paper = issued(office, borrowed(office))
    browser = office.client_as(who)
    for pdf, said in ((paper.pdf, "与签发件一致"), (paper.pdf + b"\n% junk", "签发后被改动")):
        answer = browser.post("/verify/", {"file": (io.BytesIO(pdf), "paper.pdf")}, content_type="multipart/form-data")
        assert (answer.status_code, said in answer.get_data(as_text=True)) == (200, True)


def test_a_code_typed_with_blanks_and_look_alikes_is_found_and_an_unknown_one_is_said_to_be_unknown(office: Office) -> None:
    paper = issued(office, borrowed(office))
    browser = office.client_as(None)
    typed = " ".join(paper.code[at : at + 4] for at in range(0, 16, 4)).lower().replace("0", "o").replace("1", "l")
    assert browser.get(f"/verify/?code={typed}").headers["Location"] == f"/v/{paper.code}"
    assert browser.get("/v/AAAABBBBCCCCDDDD").status_code == 404


def test_a_stranger_asks_so_often_in_a_minute_and_no_more(office: Office, clock) -> None:
    browser = office.client_as(None)
    answers = [browser.get("/v/AAAABBBBCCCCDDDD").status_code for _ in range(verifying.MOST_LOOKS + 1)]
    assert answers == [404] * verifying.MOST_LOOKS + [429]
    assert office.client_as("cs_supervisor").get("/v/AAAABBBBCCCCDDDD").status_code == 404


@pytest.mark.one_database
def test_the_file_itself_is_given_to_who_may_print_the_record_and_to_nobody_else(office: Office) -> None:
    paper = issued(office, borrowed(office))
    assert office.client_as("cs_supervisor").get(f"/v/{paper.code}/file").data == paper.pdf
    assert office.client_as(None).get(f"/v/{paper.code}/file").status_code == 404


def test_without_a_usable_key_nothing_is_issued_and_nothing_is_kept(office: Office) -> None:
    row = borrowed(office)
    issued(office, row)
    folder = Path(office.app.config["SETTINGS"].folder) / "keys"
    folder.chmod(0o755)
    corrected(office, row)
    try:
        with pytest.raises(Unsealed):
            issued(office, row)
        answer = office.client_as("cs_supervisor").get(f"/register/key_borrow/{row.id}/print/")
        assert answer.status_code == 503 and "签章" in answer.get_data(as_text=True)
    finally:
        folder.chmod(0o700)
    with office.apart() as session:
        assert len(session.execute(select(IssuedPaper)).scalars().all()) == 1


@pytest.fixture
def full_disk(office: Office) -> Iterator[Path]:
    """A disk of its own for the files of the house, on which there is no room left."""
    folder = Path(office.app.config["SETTINGS"].files)
    folder.mkdir(parents=True, exist_ok=True)
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True).returncode:
        pytest.skip("Nobody but root may mount a small disk.")
    try:
        with contextlib.suppress(OSError), (folder / "other").open("wb", buffering=0) as other:
            while other.write(bytes(4096)):
                pass
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.mark.one_database
def test_on_a_full_disk_no_paper_is_half_issued_and_who_asked_is_told_where_there_is_no_room(office: Office, full_disk: Path) -> None:
    row = borrowed(office)
    answer = office.client_as("cs_supervisor").get(f"/register/key_borrow/{row.id}/print/")
    assert answer.status_code == 503 and f"“{full_disk}”" in html.unescape(answer.text) and os.strerror(errno.ENOSPC) in answer.text
    assert "文件无法写入磁盘" in answer.text and "无法签章" not in answer.text, "The headline says what happened."
    assert not [path for path in full_disk.rglob("*") if path.is_file() and path.name != "other"]
    with office.apart() as session:
        assert not session.execute(select(IssuedPaper)).scalars().all()
        assert not session.execute(select(AuditEntry).where(AuditEntry.kind == "printed")).scalars().all()
    (full_disk / "other").unlink()
    assert proved(office, issued(office, row).pdf).word == "identical"


@pytest.mark.one_database
def test_a_paper_larger_than_a_file_may_be_is_not_kept_by_halves(office: Office) -> None:
    row, folder = borrowed(office), Path(office.app.config["SETTINGS"].files)
    before = {path for path in folder.rglob("*") if path.is_file()}
    office.engine.dispose()

    def work() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, 16_384))
        with pytest.raises(Unsealed, match=os.strerror(errno.EFBIG)):
            issued(office, row)

    child = multiprocessing.get_context("fork").Process(target=work)
    child.start()
    child.join()
    assert child.exitcode == 0
    assert {path for path in folder.rglob("*") if path.is_file()} == before
    with office.apart() as session:
        assert not session.execute(select(IssuedPaper)).scalars().all()


@pytest.mark.one_database
def test_a_file_is_checked_at_the_console_by_exit_status(office: Office, tmp_path: Path) -> None:
    paper = issued(office, borrowed(office))
    runner = office.app.test_cli_runner()
    file = tmp_path / "paper.pdf"
    file.write_bytes(paper.pdf)
    good = runner.invoke(args=["verify", str(file), "--json"])
    assert (good.exit_code, json.loads(good.output)["verdict"]) == (0, "identical")
    assert json.loads(good.output)["sealed_at"]
    file.write_bytes(paper.pdf + b"\n% junk")
    bad = runner.invoke(args=["verify", str(file), "--json"])
    assert (bad.exit_code, json.loads(bad.output)["verdict"]) == (1, "changed")


@pytest.mark.one_database
def test_every_paper_carries_the_latest_checkpoint_of_the_trail(office: Office) -> None:
    row = borrowed(office)
    with office.app.app_context(), office.acting_as("console") as session:
        made = checkpoints.make(session, now())
    assert made.root.hex()[:8].upper() in words(issued(office, row).pdf)
