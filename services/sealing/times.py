"""Asking an authority for a time, and believing its answer or not."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

import aiohttp
from asn1crypto import cms, core, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus

from models.core.message import Message, _
from services.sealing.seal import Unsealed
from services.sealing.stamping import TimeAuthority

QUIET = 60.0  # seconds in which an authority that did not answer is not asked again
LARGEST = 2**18  # bytes of an answer
ASKS, ANSWERS = "application/timestamp-query", "application/timestamp-reply"

_quiet: dict[str, float] = {}


class _Answer(core.Sequence):
    """An answer; one that refuses bears no token."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class Stamper(TimeStamper):
    """Asks an authority, and takes nothing for an answer but a time for these very bytes from a certificate it trusts."""

    def __init__(self, authority: TimeAuthority, context: Any) -> None:
        super().__init__()
        self.authority, self.context = authority, context
        self.moment: datetime | None = None

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """The token for a digest. Raises `Unsealed`, which says what was wrong with the answer."""
        if self.authority.trouble:
            raise Unsealed(self.authority.trouble)
        nonce, request = self.request_cms(message_digest, md_algorithm)
        answer = await self._asked(request)
        try:
            return await self._believed(answer, nonce, message_digest)
        except Unsealed:
            raise
        except Exception as trouble:  # whatever a reader stumbles over, it is the answer that made it stumble
            raise self._no_time(_("what it answered is no time stamp")) from trouble

    async def _asked(self, request: tsp.TimeStampReq) -> bytes:
        if _quiet.get(self.authority.address, 0) > time.monotonic():
            raise self._no_time(_("it did not answer a short while ago"))
        try:
            limit = aiohttp.ClientTimeout(total=self.authority.patience)
            headers = {"Content-Type": ASKS, "Accept": ANSWERS}
            async with aiohttp.ClientSession(timeout=limit, trust_env=True, auto_decompress=False) as session:
                asked = session.post(self.authority.address, data=request.dump(), headers=headers, allow_redirects=False)
                async with asked as response:
                    if response.status != 200:
                        raise self._no_time(_("it answers with status {status}", status=response.status))
                    content = b""
                    async for part in response.content.iter_any():
                        content += part
                        if len(content) > LARGEST:
                            raise self._no_time(_("what it answered is no time stamp"))
                    return content
        except TimeoutError:
            _quiet[self.authority.address] = time.monotonic() + QUIET
            raise self._no_time(_("it does not answer within {n} seconds", n=f"{self.authority.patience:g}")) from None
        except (aiohttp.ClientError, OSError, ValueError):
            _quiet[self.authority.address] = time.monotonic() + QUIET
            raise self._no_time(_("it cannot be reached")) from None

    async def _believed(self, answer: bytes, nonce: int, digest: bytes) -> cms.ContentInfo:
        response = _Answer.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in ("granted", "granted_with_mods"):
            raise self._no_time(_("it refuses ({why})", why=status))
        token: cms.ContentInfo = response["time_stamp_token"]
        told = token["content"]["encap_content_info"]["content"].parsed
        if told["nonce"].native != nonce:
            raise self._no_time(_("it answered another question: the nonce differs"))
        found = await validate_tst_signed_data(token["content"], self.context, lambda _algorithm: digest)
        verified = TimestampSignatureStatus(**found)
        if not (verified.intact and verified.valid):
            raise self._no_time(_("its time stamp is for another file, or forged"))
        if not verified.trusted:
            raise self._no_time(_("its certificate is not among those of TAIZHANG_TSA_CERTIFICATES"))
        self.moment = told["gen_time"].native
        return token

    def _no_time(self, why: Message) -> Unsealed:
        return Unsealed(_("No trusted time from {host}: {why}.", host=self.authority.host, why=why))
