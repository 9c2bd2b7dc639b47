"""What a PDF says of itself: title, dates, and that it is PDF/A-3a and PDF/UA-1 at once.

Both marks stand in one block of metadata, beside the schema that PDF/A asks for when it is to know the mark of PDF/UA.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

RDF_END = b"</rdf:RDF>"
UNIVERSAL_ACCESS = b"""\
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part>\
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Indicates, which part of ISO 14289 standard is followed</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""
PRODUCER = "Taizhang"
COLOURS = "sRGB2014.icc"


@dataclass(frozen=True)
class Dates:
    """When the record was made and last changed; both aware."""

    created: datetime
    modified: datetime


def described(title: str, author: str, dates: Dates) -> bytes:
    """The block of metadata of a file that claims both standards."""
    said = {
        "dc:title": f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(title)}</rdf:li></rdf:Alt>',
        "dc:creator": f"<rdf:Seq><rdf:li>{escape(author)}</rdf:li></rdf:Seq>",
        "dc:format": "application/pdf",
        "xmp:CreatorTool": PRODUCER,
        "xmp:CreateDate": _moment(dates.created),
        "xmp:ModifyDate": _moment(dates.modified),
        "pdf:Producer": PRODUCER,
        "pdfaid:part": "3",
        "pdfaid:conformance": "A",
    }
    spaces = {
        "dc": "http://purl.org/dc/elements/1.1/",
        "xmp": "http://ns.adobe.com/xap/1.0/",
        "pdf": "http://ns.adobe.com/pdf/1.3/",
        "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    }
    named = " ".join(f'xmlns:{prefix}="{space}"' for prefix, space in spaces.items())
    body = "".join(f"<{name}>{value}</{name}>" for name, value in said.items())
    return b"".join(
        (
            b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n<x:xmpmeta xmlns:x="adobe:ns:meta/">',
            b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n',
            f'<rdf:Description rdf:about="" {named}>{body}</rdf:Description>\n'.encode("utf-8", "replace"),
            UNIVERSAL_ACCESS,
            RDF_END,
            b'</x:xmpmeta>\n<?xpacket end="r"?>',
        )
    )


def dated(moment: datetime) -> bytes:
    """A moment as PDF keeps it outside of the metadata."""
    return f"(D:{moment.astimezone(UTC):%Y%m%d%H%M%S}+00'00')".encode()


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


@cache
def colours() -> bytes:
    """The profile of the colours that every paper names; the engine for HTML brings it, and is not loaded for it."""
    engine = find_spec("weasyprint")
    assert engine is not None and engine.origin is not None
    return (Path(engine.origin).parent / "pdf" / COLOURS).read_bytes()
