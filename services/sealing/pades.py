"""The seal as PDF readers know it (PAdES): what pyHanko writes into a file, and in which order.

A signature of the house stands in a field that is not seen and lies outside the page, so that PDF/A and PDF/UA both hold.
What is added later comes behind: nothing of what stands is written anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from asn1crypto import x509 as asn1
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from pyhanko.pdf_utils.generic import NameObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import DocumentSecurityStore
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.sealing.seal import Ours, Seal
from services.sealing.stamping import TimeAuthority
from services.sealing.times import Stamper

FIELD, TIME = "TaizhangSeal", "TaizhangTime"
READ_AS = "系统防篡改签章 / Tamper-evident system seal"
TIME_READ_AS = "可信时间戳 / Trusted time stamp"
DIGEST = "sha256"
UNSEEN = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
ROOM = 2048  # bytes beside the certificates: attributes and the signature itself


class _Behind(IncrementalPdfFileWriter):
    """Writes behind what stands, and leaves alone what the paper says of itself: its dates are those of the record."""

    def _update_meta(self) -> None:
        pass


class _Sealing(Signer):
    """pyHanko's name for a `Seal`."""

    def __init__(self, seal: Seal) -> None:
        mechanism = SignedDigestAlgorithm({"algorithm": seal.algorithm})
        store = SimpleCertificateStore.from_certs(plain(seal.chain))
        super().__init__(signature_mechanism=mechanism, signing_cert=plain([seal.certificate])[0], cert_registry=store)
        self.seal = seal

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """The seal's signature over `data`."""
        return self.seal.sign(data)


def plain(certificates: Sequence[Certificate]) -> list[asn1.Certificate]:
    """Certificates as pyHanko knows them."""
    return [asn1.Certificate.load(each.public_bytes(Encoding.DER)) for each in certificates]


def signed(pdf: bytes, seal: Seal, at: datetime, *, filled_in: bool) -> bytes:
    """The file with the signature behind it, which lets nothing change, or only empty fields of signatures be filled in."""
    return run(_signed(pdf, seal, at, MDPPerm.FILL_FORMS if filled_in else MDPPerm.NO_CHANGES))


async def _signed(pdf: bytes, seal: Seal, at: datetime, allowed: MDPPerm) -> bytes:
    out = BytesIO(pdf)
    writer = _Behind(out)
    _in_order(writer, 0)
    meta = PdfSignatureMetadata(FIELD, DIGEST, subfilter=SigSeedSubFilter.PADES, certify=True, docmdp_permissions=allowed)
    field = SigFieldSpec(FIELD, invis_sig_settings=UNSEEN, readable_field_name=READ_AS)
    session = PdfSigner(meta, _Sealing(seal), new_field_spec=field).init_signing_session(writer)
    session.system_time = at.astimezone(UTC)
    certificates = (seal.certificate, *seal.chain)
    room = 2 * (ROOM + sum(len(each.public_bytes(Encoding.DER)) for each in certificates))
    document = session.prepare_tbs_document(None, room)
    digest, _out = document.digest_tbs_document(in_place=True)
    await document.perform_signature(digest.document_digest, PdfCMSSignedAttributes())
    return out.getvalue()


def timed(pdf: bytes, authority: TimeAuthority, ours: Ours) -> tuple[bytes, datetime]:
    """The file with a trusted time behind it, and all that is needed to believe it in years to come. Raises `Unsealed`."""
    return run(_timed(pdf, authority, ours))


async def _timed(pdf: bytes, authority: TimeAuthority, ours: Ours) -> tuple[bytes, datetime]:
    context = ValidationContext(trust_roots=plain(authority.trusted), allow_fetching=True)
    stamper = Stamper(authority, context)
    try:
        await stamper.async_dummy_response(DIGEST)  # which certificates vouch for it is kept in the file before it stamps
        paths = [path async for path in stamper.validation_paths(context)]
        out = BytesIO(pdf)
        writer = _Behind(out)
        mine, revocation = await _own_chain(writer, ours, authority.patience)
        DocumentSecurityStore.supply_dss_in_writer(writer, None, certs=mine, paths=paths, validation_context=context, **revocation)
        name = f"{TIME}{len(writer.prev.embedded_signatures)}"
        stamping = PdfTimeStamper(stamper, name, UNSEEN, TIME_READ_AS)
        await stamping.async_timestamp_pdf(writer, DIGEST, in_place=True)
    finally:
        await context.aclose()
    assert stamper.moment is not None
    return out.getvalue(), stamper.moment


def sealed_with(pdf: bytes) -> str:
    """The SHA-256 of the certificate of the seal on a file, in hex. Raises whatever befalls who reads one without."""
    found = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    return next(each for each in found if each.field_name == FIELD).signer_cert.sha256.hex()


async def _own_chain(writer: IncrementalPdfFileWriter, ours: Ours, patience: float) -> tuple[list[asn1.Certificate], dict[str, Any]]:
    """The certificates of the seal on this file, and what its authority says of them now, if it says anything."""
    signer = writer.prev.embedded_regular_signatures[0].signer_cert
    others = plain(ours.chains)
    roots = [each for each in others if each.self_signed != "no"] or others
    context = ValidationContext(trust_roots=roots, other_certs=others, allow_fetching=True)
    try:
        with suppress(Exception):  # what cannot be fetched is left out, and the paper has its time all the same
            judging = CertificateValidator(signer, intermediate_certs=others, validation_context=context)
            path = await asyncio.wait_for(judging.async_validate_usage({"non_repudiation"}), patience)
            return [signer, *(each for each in path if isinstance(each, asn1.Certificate))], {"crls": context.crls, "ocsps": context.ocsps}
    finally:
        await context.aclose()
    return [signer, *others], {}


def _in_order(writer: IncrementalPdfFileWriter, number: int) -> None:
    """Let a page that gets a field say that its fields are read in the order of its structure, as PDF/UA asks."""
    page = writer.find_page_for_modification(number)[0].get_object()
    if "/Tabs" not in page:
        page["/Tabs"] = NameObject("/S")
        writer.update_container(page)


def run(work: Coroutine[Any, Any, Any]) -> Any:
    """Do what pyHanko does in a loop of events, whether or not this thread has one of its own."""
    if asyncio._get_running_loop() is None:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, work).result()
