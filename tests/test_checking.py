"""What a PDF proves: the paper that was issued is known, and every way of changing it is found and named."""

from __future__ import annotations

import io
import re
import subprocess
import zlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import ArrayObject, StreamObject, TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner

from services.papers.printing import print_book, print_form
from services.sealing import checking, judging
from services.sealing.checking import Verdict, Word, check, claimed_code
from services.sealing.pades import _Sealing
from services.sealing.signing import Place, Sealed, sealed, upgraded
from tests.papers import book, form
from tests.seals import AT, Sealer, pdfsig, sealer, trusting

if TYPE_CHECKING:
    from tests.time_authority import Times

pytest_plugins = ("tests.time_authority",)

CODE = "7F3A92C41E07A52D"
OWNER = Place("owner", "业主签名 / Signature of the owner", (60, 30, 200, 60))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    """The house that issues."""
    return sealer(tmp_path_factory.mktemp("house"), SEAL_NAME="锦绣花园物业服务中心")


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    """Another house, which calls itself the same."""
    return sealer(tmp_path_factory.mktemp("stranger"), SEAL_NAME="锦绣花园物业服务中心")


@pytest.fixture(scope="module")
def plain() -> bytes:
    """A book of two pages, not sealed."""
    return print_book(book(14), "zh")


@pytest.fixture(scope="module")
def honest(plain: bytes, house: Sealer) -> Sealed:
    """The book as it was issued."""
    return sealed(plain, house.seal, AT)


@pytest.fixture(scope="module")
def open_form(house: Sealer) -> Sealed:
    """A form as it was issued, with a place for the owner to sign."""
    return sealed(print_form(form(), "zh"), house.seal, AT, places=[OWNER])


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read files here: a process for each attack would take most of the time."""
    monkeypatch.setattr(checking, "_answered", judging.told)


def said(verdict: Verdict, language: str = "en") -> str:
    """The reasons of a verdict."""
    return " ".join(each.say(language) for each in verdict.reasons)


# Ways to change a paper ------------------------------------------------------------------


def flipped(pdf: bytes, at: int) -> bytes:
    """The file with one bit turned."""
    return pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]


def byte_in_a_page(pdf: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        content = document.pages[0].Contents
        raw = (content[0] if isinstance(content, pikepdf.Array) else content).read_raw_bytes()
    return flipped(pdf, pdf.index(raw) + len(raw) // 2)


def byte_in_the_signature(pdf: bytes) -> bytes:
    found = re.search(rb"/Contents\s*<([0-9a-fA-F]+)>", pdf)
    assert found is not None
    at = found.start(1) + len(found[1].rstrip(b"0")) - 20
    return pdf[:at] + (b"1" if pdf[at : at + 1] == b"0" else b"0") + pdf[at + 1 :]


def filling_behind_the_signature(pdf: bytes) -> bytes:
    end = pdf.index(b"0" * 64 + b">")
    return pdf[:end] + b"c0ffee" + pdf[end + 6 :]


def updated(pdf: bytes, change: Callable[[Any], None]) -> bytes:
    """The file with a change written behind it, as an editor that keeps signatures would."""
    out = io.BytesIO(pdf)
    writer = IncrementalPdfFileWriter(out)
    change(writer)
    writer.write_in_place()
    return out.getvalue()


def page_replaced(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        page["/Contents"] = writer.add_object(StreamObject(stream_data=b"0 0 200 200 re f"))
        writer.update_container(page)

    return updated(pdf, change)


def overlay_added(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        page = writer.find_page_for_modification(0)[0].get_object()
        old = page.raw_get("/Contents")
        over = writer.add_object(StreamObject(stream_data=b"1 g 100 100 200 20 re f"))
        page["/Contents"] = ArrayObject([*(old if isinstance(old, ArrayObject) else [old]), over])
        writer.update_container(page)

    return updated(pdf, change)


def attachment_swapped(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        enclosed = names[1]["/EF"]
        enclosed["/F"] = writer.add_object(StreamObject(stream_data=b'{"code": "7F3A92C41E07A52D", "rows": []}'))
        writer.update_container(enclosed)

    return updated(pdf, change)


def page_deleted(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        pages = writer.root["/Pages"]
        del pages["/Kids"][-1]
        pages["/Count"] = type(pages["/Count"])(len(pages["/Kids"]))
        writer.update_container(pages)

    return updated(pdf, change)


def title_changed(pdf: bytes) -> bytes:
    def change(writer: Any) -> None:
        info = writer.trailer["/Info"]
        info["/Title"] = TextStringObject("作废")
        writer.update_container(info)

    return updated(pdf, change)


def saved_again(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        document.save(out)
    return out.getvalue()


def signature_stripped(pdf: bytes) -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for key in ("/AcroForm", "/Perms"):
            del document.Root[key]
        for page in document.pages:
            if "/Annots" in page:
                del page.Annots
        document.save(out)
    return out.getvalue()


ATTACKS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a byte in a page": (byte_in_a_page, "Bytes under the seal"),
    "a byte in the signature": (byte_in_the_signature, "The seal itself"),
    "filling behind the signature": (filling_behind_the_signature, "covered by no signature"),
    "a page replaced": (page_replaced, "changes what the paper shows"),
    "an overlay added": (overlay_added, "changes what the paper shows"),
    "an attachment swapped": (attachment_swapped, "changes what the paper shows"),
    "a page deleted": (page_deleted, "changes what the paper shows"),
    "the title changed": (title_changed, "The title"),
    "saved again": (saved_again, "The seal itself|Bytes under the seal|damaged"),
    "cut short": (lambda pdf: pdf[: len(pdf) * 2 // 3], "damaged|no seal"),
    "its end cut off": (lambda pdf: pdf[:-200], "damaged|no seal"),
    "the signature stripped": (signature_stripped, "no seal"),
    "junk appended": (lambda pdf: pdf + b"\n%junk\n", "covered by no signature"),
    "a page of another file appended": (lambda pdf: pdf + pdf, "covered by no signature|altered|damaged"),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_paper_that_was_tampered_with_is_changed_and_told_how(attack: str, honest: Sealed, house: Sealer, in_this_process: None) -> None:
    change, reason = ATTACKS[attack]
    forged = change(honest.pdf)
    assert forged != honest.pdf
    verdict = check(forged, issued_digest=honest.sha256, ours=house.ours, at=AT)
    assert (verdict.word, verdict.sound) == (Word.CHANGED, False)
    assert re.search(reason, said(verdict)), said(verdict)


def test_a_paper_without_its_seal_is_changed_where_the_number_is_known_and_foreign_where_not(
    plain: bytes, honest: Sealed, house: Sealer, in_this_process: None
) -> None:
    assert honest.pdf.startswith(plain)
    verdict = check(plain, issued_digest=honest.sha256, ours=house.ours, at=AT)
    assert verdict.word == Word.CHANGED and "no seal" in said(verdict)
    assert check(plain, ours=house.ours, at=AT).word == Word.FOREIGN


def test_a_paper_forged_with_the_seal_of_another_house_of_the_same_name_is_refused(
    plain: bytes, honest: Sealed, house: Sealer, stranger: Sealer, in_this_process: None
) -> None:
    forged = sealed(plain, stranger.seal, AT).pdf
    verdict = check(forged, issued_digest=honest.sha256, ours=house.ours, at=AT)
    assert verdict.word == Word.CHANGED and "not of this house" in said(verdict)
    assert check(forged, ours=house.ours, at=AT).word == Word.FOREIGN


def test_a_paper_under_our_own_seal_that_is_not_the_one_kept_is_not_taken_for_it(
    plain: bytes, honest: Sealed, house: Sealer, in_this_process: None
) -> None:
    other = sealed(plain, house.seal, AT + timedelta(seconds=1))
    verdict = check(other.pdf, issued_digest=honest.sha256, ours=house.ours, at=AT)
    assert verdict.word == Word.CHANGED and "not the file that is kept" in said(verdict)


def test_the_very_file_is_identical_and_so_is_one_whose_digest_is_lost(honest: Sealed, house: Sealer) -> None:
    digests = {"00" * 32, honest.sha256}
    assert check(honest.pdf, issued_digest=digests, ours=house.ours, at=AT).word == Word.IDENTICAL
    alone = check(honest.pdf, ours=house.ours, at=AT)
    assert (alone.word, alone.sealed_at, alone.trusted, alone.fingerprint) == (Word.IDENTICAL, AT, False, honest.fingerprint)


def test_old_papers_are_known_when_the_certificate_of_their_seal_has_ended(honest: Sealed, house: Sealer, in_this_process: None) -> None:
    assert check(honest.pdf, ours=house.ours, at=AT + timedelta(days=12 * 365)).word == Word.IDENTICAL


def test_a_title_changed_under_a_time_that_anybody_can_get_is_found(
    honest: Sealed, house: Sealer, time_authority: Times, in_this_process: None
) -> None:
    time_authority.mood = "honest"
    known = replace(house.ours, authorities=(time_authority.root,))
    forged = upgraded(title_changed(honest.pdf), time_authority.named, known).pdf
    verdict = check(forged, ours=known, at=AT)
    assert verdict.word == Word.CHANGED and not verdict.sound and "The title" in said(verdict)


# Countersignatures -----------------------------------------------------------------------


def countersigned(pdf: bytes, by: Sealer, field: str = "owner") -> bytes:
    """The file signed in its empty place by somebody's own certificate."""
    out = io.BytesIO(pdf)
    meta = PdfSignatureMetadata(field, "sha256", subfilter=SigSeedSubFilter.PADES)
    PdfSigner(meta, _Sealing(by.seal)).sign_pdf(IncrementalPdfFileWriter(out), existing_fields_only=True, in_place=True)
    return out.getvalue()


def test_a_signature_in_the_place_left_for_it_is_told_and_changes_nothing_else(
    open_form: Sealed, house: Sealer, stranger: Sealer, in_this_process: None
) -> None:
    assert check(open_form.pdf, ours=house.ours, at=AT).word == Word.IDENTICAL
    signed = countersigned(open_form.pdf, stranger)
    verdict = check(signed, issued_digest=open_form.sha256, ours=house.ours, at=AT)
    assert (verdict.word, verdict.sound) == (Word.CHANGED, True)
    assert "锦绣花园" in said(verdict) and "Nothing else was changed" in said(verdict) and "not known here" in said(verdict)


def test_a_signature_does_not_cover_up_a_page_that_was_changed_before_or_after_it(
    open_form: Sealed, house: Sealer, stranger: Sealer, in_this_process: None
) -> None:
    for forged in (
        countersigned(page_replaced(open_form.pdf), stranger),
        page_replaced(countersigned(open_form.pdf, stranger)),
        countersigned(title_changed(open_form.pdf), stranger),
    ):
        verdict = check(forged, issued_digest=open_form.sha256, ours=house.ours, at=AT)
        assert (verdict.word, verdict.sound) == (Word.CHANGED, False), said(verdict)


def test_a_paper_without_a_place_to_sign_takes_no_further_signature(
    honest: Sealed, house: Sealer, stranger: Sealer, in_this_process: None
) -> None:
    out = io.BytesIO(honest.pdf)
    writer = IncrementalPdfFileWriter(out)
    writer.prev._embedded_signatures = []  # a forger's program does not ask what is allowed
    signer = PdfSigner(PdfSignatureMetadata("More", "sha256"), _Sealing(stranger.seal))
    signer._enforce_certification_constraints = lambda _reader: None  # type: ignore[method-assign]
    signer.sign_pdf(writer, in_place=True)
    verdict = check(out.getvalue(), issued_digest=honest.sha256, ours=house.ours, at=AT)
    assert (verdict.word, verdict.sound) == (Word.CHANGED, False)


# Another reader --------------------------------------------------------------------------


def test_poppler_agrees_that_the_seal_is_valid_and_trusts_it_once_the_root_is_imported(
    honest: Sealed, house: Sealer, stranger: Sealer, tmp_path: Path
) -> None:
    paper = tmp_path / "paper.pdf"
    paper.write_bytes(honest.pdf)
    told = pdfsig(paper, trusting(tmp_path / "ours", house.seal.chain[-1]))
    assert "Signature is Valid." in told and "Certificate is Trusted." in told and "Total document signed" in told
    assert "ETSI.CAdES.detached" in told and "系统防篡改签章" in told
    unknown = pdfsig(paper, trusting(tmp_path / "theirs", stranger.seal.chain[-1]))
    assert "Signature is Valid." in unknown and "Certificate is Trusted." not in unknown
    paper.write_bytes(byte_in_a_page(honest.pdf))
    assert "Signature is Valid." not in pdfsig(paper, f"sql:{tmp_path / 'ours'}")


# The code --------------------------------------------------------------------------------


def without(pdf: bytes, *, tags: bool) -> bytes:
    """The file without its data, and without the words of its tags when they go too."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for name in list(document.attachments):
            del document.attachments[name]
        for each in document.objects:
            if tags and isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure":
                each.Alt = pikepdf.String("")
        document.save(out)
    return out.getvalue()


def test_the_code_is_read_from_the_data_or_the_tags_or_the_pages(honest: Sealed, open_form: Sealed, in_this_process: None) -> None:
    for paper in (honest.pdf, open_form.pdf):
        assert claimed_code(paper) == claimed_code(without(paper, tags=False)) == claimed_code(without(paper, tags=True)) == CODE
    assert claimed_code(print_form(form(code="", proof_url=""), "zh")) is None


# Files that mean harm --------------------------------------------------------------------


def bomb() -> bytes:
    """A small file whose data is two gigabytes when it is unpacked."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    block = packer.compress(bytes(2**20)) + packer.flush(zlib.Z_FULL_FLUSH)
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        enclosed = pikepdf.AttachedFileSpec(document, b"", filename="record.json")
        document.attachments["record.json"] = enclosed
        enclosed.obj.EF.F.write(b"\x78\x9c" + block * 2048, filter=pikepdf.Name.FlateDecode)
        document.save(out)
    return out.getvalue()


def test_a_file_that_unpacks_without_end_ends_its_reader_and_not_the_house(house: Sealer) -> None:
    assert claimed_code(bomb()) is None


@pytest.mark.parametrize(
    "rubbish",
    [b"", b"%PDF-1.7", b"\x00" * 5000, b"%PDF-1.7\nstartxref\n99999999999\n%%EOF", b"<html></html>", b"\n\n{}\n"],
    ids=["nothing", "a beginning", "zeros", "a wild pointer", "a page of the web", "lines"],
)
def test_what_is_no_paper_is_foreign_and_breaks_nothing(rubbish: bytes, house: Sealer, in_this_process: None) -> None:
    verdict = check(rubbish, ours=house.ours, at=AT)
    assert verdict.word == Word.FOREIGN and verdict.reasons
    assert check(rubbish, issued_digest="00" * 32, ours=house.ours, at=AT).word == Word.CHANGED
    assert claimed_code(rubbish) is None


def test_a_file_that_is_too_large_or_whose_reader_dies_is_answered_in_a_sentence(house: Sealer, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "larger than 64 MB" in said(check(bytes(checking.BYTES + 1), ours=house.ours, at=AT))

    def dying(_asked: bytes) -> dict[str, Any]:
        raise subprocess.CalledProcessError(-9, "reader")

    monkeypatch.setattr(checking, "_answered", dying)
    assert "more memory or time" in said(check(b"%PDF-1.7", ours=house.ours, at=AT))
    assert claimed_code(b"%PDF-1.7") is None


def test_the_reader_knows_no_secret_and_no_network(honest: Sealed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAIZHANG_SEAL_PASSPHRASE", "secret")
    seen: list[dict[str, Any]] = []
    real = subprocess.run
    monkeypatch.setattr(checking.subprocess, "run", lambda *line, **how: seen.append(how) or real(*line, **how))
    assert claimed_code(honest.pdf) == CODE
    assert set(seen[0]["env"]) <= set(checking.KNOWN) and seen[0]["timeout"] == checking.PATIENCE
    source = Path(judging.__file__).read_text()
    assert source.count("ValidationContext(") == source.count("allow_fetching=False") == 3
