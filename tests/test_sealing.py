"""The seal on a paper: what it lets change and what it leaves as it was, the trusted time, and what is said without one."""

from __future__ import annotations

import hashlib
import io
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from cryptography.hazmat.primitives import hashes, serialization

from services.papers.printing import print_book, print_form
from services.sealing import times as asking
from services.sealing.checking import Word, check
from services.sealing.keys import fingerprint
from services.sealing.opening import ours
from services.sealing.seal import Ours, Unsealed
from services.sealing.signing import Place, Sealed, sealed, upgraded
from services.sealing.stamping import TimeAuthority, authority
from tests.papers import book, form, tables, words
from tests.seals import AT, Sealer, both, sealer, settings

if TYPE_CHECKING:
    from tests.time_authority import Times

pytest_plugins = ("tests.time_authority",)

OWNER = Place("owner", "业主签名 / Signature of the owner", (60, 30, 200, 60))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    """A house with a seal."""
    return sealer(tmp_path_factory.mktemp("house"))


@pytest.fixture(scope="module")
def paper() -> bytes:
    """A form that is not sealed."""
    return print_form(form(), "zh")


@pytest.fixture
def honest(time_authority: Times) -> Iterator[Times]:
    """The authority, honest at the beginning and at the end."""
    time_authority.mood = "honest"
    asking._quiet.clear()
    yield time_authority
    time_authority.mood = "honest"
    asking._quiet.clear()


# The signature on a paper ----------------------------------------------------------------


def forms_of(pdf: bytes) -> list[dict[str, Any]]:
    """The fields of a file, as an inspector of PDF/A and PDF/UA asks about them."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert not document.check_pdf_syntax()
        root_ = document.Root
        assert "/NeedAppearances" not in root_.AcroForm or not bool(root_.AcroForm.NeedAppearances)
        assert int(root_.AcroForm.SigFlags) == 3
        parents = pikepdf.NumberTree(root_.StructTreeRoot.ParentTree)
        found = []
        for page in document.pages:
            annotations = list(page.get("/Annots", []))
            assert not annotations or page.Tabs == "/S"
            crop = [float(each) for each in page.cropbox]
            for each in annotations:
                left, bottom, right, top = (float(edge) for edge in each.Rect)
                element = parents[int(each.StructParent)] if "/StructParent" in each else None
                if element is not None:
                    assert element.K.Type == "/OBJR" and element.K.Obj.objgen == each.objgen and str(element.Alt)
                facts = {
                    "name": str(each.T), "read_as": str(each.TU), "printed": bool(int(each.F) & 4), "hidden": bool(int(each.F) & 0b100010),
                    "tagged": element is not None and element.S == "/Form", "has_appearance": "/AP" in each,
                    "empty": (left, bottom) == (right, top),
                    "outside": right <= crop[0] or left >= crop[2] or top <= crop[1] or bottom >= crop[3],
                }  # fmt: skip
                found.append(facts)
        return found


def claims(pdf: bytes) -> tuple[Any, ...]:
    """What a file says it is: PDF/A, PDF/UA, its title, and the packet of metadata to the byte."""
    with pikepdf.open(io.BytesIO(pdf)) as document, document.open_metadata() as meta:
        root_ = document.Root
        kept = root_.Metadata.read_bytes(), str(root_.Lang), bool(root_.MarkInfo.Marked), [str(each.AFRelationship) for each in root_.AF]
        return meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"], *kept, dict(document.docinfo.items())


@pytest.mark.parametrize("lang", ["zh", "en", "both"])
def test_the_seal_is_not_seen_and_leaves_archive_and_accessibility_as_they_were(lang: str, house: Sealer) -> None:
    for plain in (print_form(form(), lang), print_book(book(14), lang)):
        done = sealed(plain, house.seal, AT)
        assert done.pdf.startswith(plain) and done.level == "B-B" and done.trusted_time is None and not done.waits
        assert claims(done.pdf) == claims(plain) and claims(done.pdf)[:3] == ("3", "A", "1")
        (field,) = forms_of(done.pdf)
        assert field["read_as"] and field["printed"] and not field["hidden"] and field["empty"] and field["outside"]
        assert words(done.pdf) == words(plain) == words(done.pdf) and words(done.pdf, 1, "mupdf") == words(plain, 1, "mupdf")
        assert tables(done.pdf) == tables(plain)
        assert (done.sha256, done.fingerprint) == (hashlib.sha256(done.pdf).hexdigest(), fingerprint(house.seal.certificate))


def permitted(pdf: bytes) -> tuple[int, str]:
    """How much may change after the certifying signature, and the kind of the signature."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        signature = document.Root.Perms.DocMDP
        return int(signature.Reference[0].TransformParams.P), str(signature.SubFilter)


def test_nothing_may_change_after_the_seal_but_a_place_that_was_left_for_a_signature(house: Sealer, paper: bytes) -> None:
    assert permitted(sealed(paper, house.seal, AT).pdf) == (1, "/ETSI.CAdES.detached")
    done = sealed(paper, house.seal, AT, places=[OWNER, replace(OWNER, name="manager", box=(220, 30, 360, 60))])
    assert permitted(done.pdf)[0] == 2
    assert claims(done.pdf)[:3] == ("3", "A", "1") and claims(done.pdf)[3:] == claims(paper)[3:]
    fields = {each["name"]: each for each in forms_of(done.pdf)}
    for name in ("owner", "manager"):
        field = fields[name]
        assert field["tagged"] and field["printed"] and not field["hidden"] and field["has_appearance"] and not field["outside"]
        assert field["read_as"] == OWNER.label
    assert words(done.pdf) == words(paper) and tables(done.pdf) == tables(paper)


def test_the_words_are_those_of_a_system_seal_and_never_of_a_reliable_signature(house: Sealer) -> None:
    subject = house.seal.certificate.subject.rfc4514_string()
    assert "系统防篡改签章" in subject and "Tamper-evident system seal" in subject
    for path in Path("services/sealing").glob("*.py"):
        assert "可靠电子签名" not in path.read_text("utf-8"), path


def test_what_is_no_paper_is_not_sealed(house: Sealer) -> None:
    for rubbish in (b"", b"no paper", b"%PDF-1.7"):
        with pytest.raises(Unsealed) as caught:
            sealed(rubbish, house.seal, AT)
        assert "cannot be sealed" in both(caught.value.message)


def test_a_place_that_does_not_exist_seals_nothing(house: Sealer, paper: bytes) -> None:
    for places in ([replace(OWNER, page=7)], [OWNER, OWNER]):
        with pytest.raises(Unsealed, match="cannot be sealed"):
            sealed(paper, house.seal, AT, places=places)


# Trusted time ----------------------------------------------------------------------------


def known_with(house: Sealer, times: Times) -> Ours:
    """The certificates of a house that trusts an authority."""
    return replace(house.ours, authorities=(times.root,))


def stored(pdf: bytes) -> tuple[set[bytes], int]:
    """The certificates that the file keeps for later years, and how many lists of revoked ones."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        kept = document.Root.DSS
        return {hashlib.sha256(each.read_bytes()).digest() for each in kept.Certs}, len(kept.get("/CRLs", []))


def test_with_an_authority_the_paper_bears_its_time_and_all_that_is_needed_to_believe_it_later(
    house: Sealer, paper: bytes, honest: Times
) -> None:
    done = sealed(paper, house.seal, AT, honest.named)
    assert done.level == "B-LTA" and done.trusted_time is not None and not done.waits
    assert abs(done.trusted_time - datetime.now(done.trusted_time.tzinfo)) < timedelta(minutes=5)
    certificates, revoked = stored(done.pdf)
    wanted = {each.fingerprint(hashes.SHA256()) for each in (house.seal.certificate, *house.seal.chain, honest.root)}
    assert wanted < certificates and revoked == 1
    verdict = check(done.pdf, ours=known_with(house, honest), at=AT + timedelta(days=20 * 365))
    assert (verdict.word, verdict.trusted, verdict.sealed_at) == (Word.IDENTICAL, True, done.trusted_time)
    _seal, stamp = forms_of(done.pdf)
    assert stamp["outside"] and stamp["empty"] and stamp["printed"] and stamp["read_as"] and claims(done.pdf) == claims(paper)


def test_a_time_may_be_added_later_behind_what_stands(house: Sealer, paper: bytes, honest: Times) -> None:
    honest.mood = "refusing"
    before = sealed(paper, house.seal, AT, honest.named)
    assert before.level == "B-B" and before.trusted_time is None and "No trusted time" in both(before.waits)
    honest.mood = "honest"
    after = upgraded(before.pdf, honest.named, house.ours)
    assert (after.level, after.fingerprint) == ("B-LTA", before.fingerprint) and after.pdf.startswith(before.pdf)
    known = known_with(house, honest)
    assert check(after.pdf, ours=known, at=AT).trusted
    assert check(before.pdf, issued_digest=(before.sha256, after.sha256), ours=known, at=AT).word == Word.IDENTICAL
    with pytest.raises(Unsealed, match="bears no seal"):
        upgraded(paper, honest.named, house.ours)


def test_lists_of_revoked_certificates_that_cannot_be_fetched_cost_no_time_stamp(house: Sealer, paper: bytes, honest: Times) -> None:
    honest.mood = "hiding its lists"
    done = sealed(paper, house.seal, AT, replace(honest.named, patience=1))
    assert done.level == "B-LTA", done.waits.say("en")
    assert stored(done.pdf)[1] == 0


MOODS = {
    "refusing": "status 503",
    "rubbish": "no time stamp",
    "endless": "no time stamp",
    "declining": "it refuses",
    "another question": "the nonce differs",
    "another file": "another file",
}


@pytest.mark.parametrize("mood", MOODS)
def test_an_authority_that_answers_wrongly_gives_no_time_and_none_is_made_up(mood: str, house: Sealer, paper: bytes, honest: Times) -> None:
    honest.mood = mood
    done = sealed(paper, house.seal, AT, honest.named)
    assert MOODS[mood] in both(done.waits)
    not_timed(done)


def test_an_authority_that_is_slow_or_down_is_not_waited_for_twice(house: Sealer, paper: bytes, honest: Times) -> None:
    honest.mood = "slow"
    slow = replace(honest.named, patience=0.2)
    done = sealed(paper, house.seal, AT, slow)
    assert "within 0.2 seconds" in both(done.waits)
    not_timed(done)
    asked = honest.asked
    assert "a short while ago" in both(sealed(paper, house.seal, AT, slow).waits) and honest.asked == asked
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        away = TimeAuthority(f"http://user:secret@127.0.0.1:{nobody.getsockname()[1]}/", (honest.root,))
        told = both(sealed(paper, house.seal, AT, away).waits)
    assert "cannot be reached" in told and "secret" not in told


def test_an_authority_whose_certificate_is_not_named_is_not_believed(house: Sealer, paper: bytes, honest: Times) -> None:
    stranger = replace(honest.named, trusted=(house.seal.chain[-1],))
    done = sealed(paper, house.seal, AT, stranger)
    assert "TAIZHANG_TSA_CERTIFICATES" in both(done.waits)
    not_timed(done)


def not_timed(done: Sealed) -> None:
    """The paper is at B-B and claims no time of an authority."""
    assert (done.level, done.trusted_time) == ("B-B", None) and b"/DocTimeStamp" not in done.pdf and b"/DSS" not in done.pdf


def test_the_settings_name_the_authority_and_its_certificates(tmp_path: Path, house: Sealer, paper: bytes, honest: Times) -> None:
    assert authority(settings(tmp_path)) is None
    without = authority(settings(tmp_path, TSA=honest.address))
    assert without is not None and "TAIZHANG_TSA_CERTIFICATES" in both(sealed(paper, house.seal, AT, without).waits)
    named = tmp_path / "tsa.pem"
    named.write_bytes(b"rubbish")
    broken = authority(settings(tmp_path, TSA=honest.address, TSA_CERTIFICATES=named))
    assert broken is not None and "tsa.pem" in both(sealed(paper, house.seal, AT, broken).waits)
    named.write_bytes(honest.root.public_bytes(serialization.Encoding.PEM))
    given = settings(tmp_path, TSA=honest.address, TSA_CERTIFICATES=named)
    good = authority(given)
    assert good is not None and sealed(paper, house.seal, AT, good).level == "B-LTA"
    assert ours(given).authorities == (honest.root,)
