"""The seal as PDF readers know it (PAdES): what pyHanko writes into a file, and in which order.

A signature of the house stands in a field that is not seen and lies outside the page, so that PDF/A and PDF/UA both hold.
What is added later comes behind: nothing of what stands is written anew.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend
from pyhanko_certvalidator.fetchers.api import OwnedFetcherBackend
from pyhanko_certvalidator.registry import SimpleCertificateStore

from services.sealing.seal import Ours, Seal
from services.sealing.stamping import TimeAuthority
from services.sealing.times import Stamper

log = logging.getLogger(__name__)

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
    believing = ValidationContext(trust_roots=plain(authority.trusted), allow_fetching=False)
    stamper = Stamper(authority, believing)
    await stamper.async_dummy_response(DIGEST)  # who vouches for it is kept in the file before it stamps, and under its stamp
    out = BytesIO(pdf)
    writer = _Behind(out)
    signer = writer.prev.embedded_regular_signatures[0].signer_cert
    found = [await _vouched(signer, plain(ours.chains), {"non_repudiation"}, set(), authority.patience)]
    async for path in stamper.validation_paths(believing):
        *above, stamping = (each for each in path if isinstance(each, asn1.Certificate))
        found.append(await _vouched(stamping, above, set(), {"time_stamping"}, authority.patience))
    kept: dict[str, Any] = {name: [each for one in found for each in getattr(one, name)] for name in ("certs", "crls", "ocsps")}
    DocumentSecurityStore.supply_dss_in_writer(writer, None, **kept)
    name = f"{TIME}{len(writer.prev.embedded_signatures)}"
    await PdfTimeStamper(stamper, name, UNSEEN, TIME_READ_AS).async_timestamp_pdf(writer, DIGEST, in_place=True)
    assert stamper.moment is not None
    return out.getvalue(), stamper.moment


@dataclass(frozen=True, slots=True)
class _Vouched:
    """What is needed to believe a certificate in years to come."""

    certs: list[asn1.Certificate]
    crls: list[Any]
    ocsps: list[Any]


async def _vouched(
    certificate: asn1.Certificate, above: list[asn1.Certificate], usage: set[str], purposes: set[str], patience: float
) -> _Vouched:
    """A certificate with those above it, and the lists of revoked ones; what cannot be fetched in time is left out."""
    fetching = OwnedFetcherBackend(AIOHttpFetcherBackend(per_request_timeout=patience))
    roots = [each for each in above if each.self_signed != "no"] or above
    context = ValidationContext(trust_roots=roots, other_certs=above, allow_fetching=True, fetcher_backend=fetching)
    try:
        judging = CertificateValidator(certificate, intermediate_certs=above, validation_context=context)
        path = await asyncio.wait_for(judging.async_validate_usage(usage, purposes), 2 * patience)
        certificates = [each for each in path if isinstance(each, asn1.Certificate)]
        return _Vouched(certificates, list(context.crls), list(context.ocsps))
    except Exception as trouble:  # the paper has its time all the same
        log.info("What is revoked could not be learnt: %s", trouble)
        return _Vouched([certificate, *above], [], [])
    finally:
        await context.aclose()


def sealed_with(pdf: bytes) -> str:
    """The SHA-256 of the certificate of the seal on a file, in hex. Raises whatever befalls who reads one without."""
    found = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures
    return next(each for each in found if each.field_name == FIELD).signer_cert.sha256.hex()


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
