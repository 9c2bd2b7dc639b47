"""What a PDF says of itself, read without believing it: the signatures on it, and the code that it bears.

Who hands in a file may mean harm, and its readers are large programs. So this runs as a process of its own, which has no
more memory and time than it needs, knows no secret, asks no network, and may die of what it reads. At standard input come a
line of JSON and the file; out goes a line of JSON. It imports nothing of the house.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import logging
import re
import resource
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any, cast

MEMORY, SECONDS = 1024 * 2**20, 30
SIGNATURES = 20  # on one file
LARGEST = 64 * 2**20  # bytes of the data that a paper carries
PAGES = 3  # from either end, on which a code is looked for
DATA = ("record.json", "rows.json")
_FOUR = "([0-9A-HJKMNP-TV-Z]{4})"
CODE = re.compile(rf"(?<![0-9A-Za-z]){_FOUR}\s{{0,2}}{_FOUR}\s{{0,2}}{_FOUR}\s{{0,2}}{_FOUR}(?![0-9A-Za-z])")


# The signatures ---------------------------------------------------------------------------


def signatures(pdf: bytes, known: dict[str, Any]) -> list[dict[str, Any]]:
    """Each signature and time stamp on the file, in their order. Raises whatever befalls the program that reads it."""
    return asyncio.run(_signatures(pdf, known))


async def _signatures(pdf: bytes, known: dict[str, Any]) -> list[dict[str, Any]]:
    from pyhanko.pdf_utils.reader import PdfFileReader

    reader = PdfFileReader(io.BytesIO(pdf))
    found = reader.embedded_signatures
    if len(found) > SIGNATURES:
        raise ValueError("more signatures than a paper has")
    certificates = {name: _certificates(known[name]) for name in ("seals", "chains", "authorities")}
    at = datetime.fromisoformat(known["at"])
    return [await _judged(pdf, each, certificates, at) for each in found]


async def _judged(pdf: bytes, found: Any, known: dict[str, list[Any]], at: datetime) -> dict[str, Any]:
    """What is true of one signature: of its bytes, of its certificate, and of what was added after it."""
    is_time = found.sig_object_type == "/DocTimeStamp"
    signer = found.signer_cert
    facts: dict[str, Any] = {
        "time": is_time,
        "ours": not is_time and any(signer.dump() == each.dump() for each in known["seals"]),
        "name": _name_of(signer),
        "fingerprint": signer.sha256.hex(),
        "whole": _covers_all(pdf, found),
        "end": int(found.byte_range[2]) + int(found.byte_range[3]),
    }
    return facts | (await _time(found, known) if is_time else await _seal(pdf, found, known, at))


async def _seal(pdf: bytes, found: Any, known: dict[str, list[Any]], at: datetime) -> dict[str, Any]:
    from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY
    from pyhanko.sign.validation import async_validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    said = found.self_reported_timestamp
    moment = min(said, at) if said else at
    everybody = known["seals"] + known["chains"]
    context = ValidationContext(trust_roots=_tops(everybody), other_certs=everybody, moment=moment, allow_fetching=False)
    times = ValidationContext(trust_roots=known["authorities"], moment=moment, allow_fetching=False)
    status = await async_validate_pdf_signature(found, context, times, diff_policy=DEFAULT_DIFF_POLICY)
    level = status.modification_level
    return {
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "sound": status.bottom_line,
        "added": level.name if level is not None else "OTHER",
        "described": status.bottom_line and _described_anew(pdf, found),
        "moment": said.isoformat() if said else None,
    }


async def _time(found: Any, known: dict[str, list[Any]]) -> dict[str, Any]:
    """A time stamp counts from the moment it tells, since then its certificate may have ended."""
    from pyhanko.sign.validation import async_validate_pdf_timestamp
    from pyhanko_certvalidator import ValidationContext

    moment = found.signed_data["encap_content_info"]["content"].parsed["gen_time"].native
    context = ValidationContext(trust_roots=known["authorities"], moment=moment, allow_fetching=False)
    status = await async_validate_pdf_timestamp(found, context)
    good = {"intact": status.intact, "valid": status.valid, "trusted": status.trusted}
    return good | {"sound": all(good.values()), "added": "", "described": False, "moment": moment.isoformat()}


def _covers_all(pdf: bytes, found: Any) -> bool:
    """Whether nothing of the file is left out but the signature itself, where it says that it stands."""
    from asn1crypto import parser

    try:
        start, length, after, rest = (int(each) for each in found.byte_range)
        hole = pdf[length:after]
        inside = bytes.fromhex(hole[1:-1].decode("ascii"))
    except (TypeError, ValueError):
        return False
    framed = hole[:1] == b"<" and hole[-1:] == b">" and inside == found.pkcs7_content
    return start == 0 and after + rest == len(pdf) and framed and not inside[parser.peek(inside) :].strip(b"\0")


def _described_anew(pdf: bytes, found: Any) -> bool:
    """Whether what the file says of itself, its title first, is not what it said when it was signed."""
    end = int(found.byte_range[2]) + int(found.byte_range[3])
    return end != len(pdf) and _description(pdf[:end]) != _description(pdf)


def _description(pdf: bytes) -> dict[str, str]:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        told = {key: str(value) for key, value in document.docinfo.items() if key not in ("/ModDate", "/Producer")}
        with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as meta:
            return told | {key: str(meta[key]) for key in meta if "modify" not in key.lower() and "producer" not in key.lower()}


def _tops(certificates: list[Any]) -> list[Any]:
    """Those for whom nobody else among them vouches."""
    subjects = {each.subject.dump() for each in certificates}
    return [each for each in certificates if each.issuer.dump() == each.subject.dump() or each.issuer.dump() not in subjects]


def _certificates(given: Iterable[str]) -> list[Any]:
    from asn1crypto import x509

    return [x509.Certificate.load(base64.b64decode(each)) for each in given]


def _name_of(certificate: Any) -> str:
    told = certificate.subject.native
    named = [told[key] for key in ("organization_name", "common_name") if key in told]
    return ", ".join(each if isinstance(each, str) else " ".join(each) for each in named)[:200]


# The code ---------------------------------------------------------------------------------


def code(pdf: bytes) -> str | None:
    """The code in the data that the file carries, or else on its pages. Raises whatever befalls the program that reads it."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        for look in (_in_data, _in_tags, _on_pages):
            for told in look(document):
                if found := CODE.search(told):
                    return "".join(found.groups())
    return None


def _in_data(document: Any) -> Iterator[str]:
    for name in DATA:
        try:
            data = json.loads(document.attachments[name].get_file().read_bytes()[:LARGEST])
            yield str(data["code"])
        except (KeyError, TypeError, ValueError):
            continue


def _in_tags(document: Any) -> Iterator[str]:
    """What a screen reader says of the QR code."""
    import pikepdf

    for each in document.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/S") == "/Figure":
            yield str(each.get("/Alt", ""))


def _on_pages(document: Any) -> Iterator[str]:
    pages = list(document.pages)
    for page in (*pages[:PAGES], *pages[PAGES:][-PAGES:]):
        yield _text(page)


def _text(page: Any) -> str:
    """The words of a page in the order in which they are drawn, a line for each drawing."""
    import pikepdf

    letters: dict[str, dict[str, str]] = {}
    said: list[str] = []
    fonts = page.get("/Resources", {}).get("/Font", {})
    font: dict[str, str] = {}
    for operands, operator in cast("list[tuple[list[Any], Any]]", pikepdf.parse_content_stream(page)):
        name = str(operator)
        if name == "Tf":
            key = str(operands[0])
            if key not in letters:
                letters[key] = _letters(fonts.get(key, {}).get("/ToUnicode"))
            font = letters[key]
        elif name in ("Tj", "TJ", "'", '"') and operands:
            shown = operands[-1] if isinstance(operands[-1], pikepdf.Array) else [operands[-1]]
            said.append(_spelt(b"".join(bytes(each) for each in shown if isinstance(each, pikepdf.String)), font))
    return "\n".join(said)


def _spelt(shown: bytes, font: dict[str, str]) -> str:
    """The letters of a drawing: of glyphs named by two bytes each, or of a plain old face."""
    return "".join(font.get(each, "") for each in re.findall("....", shown.hex())) if font else shown.decode("latin-1")


def _letters(mapped: Any) -> dict[str, str]:
    """Which letter each glyph of a face stands for, by its number in four digits."""
    if mapped is None:
        return {}
    found: dict[str, str] = {}
    for kind, section in re.findall(rb"beginbf(char|range)(.*?)endbf", mapped.read_bytes(), re.S):
        told = [int(each, 16) for each in re.findall(rb"<([0-9A-Fa-f]{4})>", section)]
        size = 2 if kind == b"char" else 3
        for one in zip(*[iter(told)] * size, strict=False):
            for step in range(one[-2] - one[0] + 1 if kind == b"range" else 1):
                found[f"{one[0] + step:04x}"] = chr((one[-1] + step) & 0xFFFF)
    return found


# The process ------------------------------------------------------------------------------


def told(asked: bytes) -> dict[str, Any]:
    """What is told of a file that comes behind a line of JSON."""
    line, _break, pdf = asked.partition(b"\n")
    known = json.loads(line)
    try:
        return {"code": code(pdf)} if known["want"] == "code" else {"signatures": signatures(pdf, known)}
    except MemoryError:
        return {"trouble": "heavy"}
    except Exception as trouble:  # whatever a reader stumbles over, it is the file that made it stumble
        if known["want"] != "code" and b"/ByteRange" not in pdf and _opens(pdf):
            return {"signatures": []}  # a PDF as others make them, which the strict reader of signatures does not take
        why = "heavy" if "bad_alloc" in str(trouble) else "broken"
        return {"trouble": why, "why": f"{type(trouble).__name__}: {trouble}"[:500]}


def _opens(pdf: bytes) -> bool:
    """Whether a reader that is not strict finds pages in it."""
    import pikepdf

    with suppress(Exception), pikepdf.open(io.BytesIO(pdf)) as found:
        return bool(found.pages)
    return False


def main() -> None:
    """Read one file, and say what was asked of it."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    sys.stdout.write(json.dumps(told(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
