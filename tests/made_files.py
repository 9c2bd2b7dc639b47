"""Photos and scans for tests, honest ones and such as mean harm; each is made, none is kept in the house."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Callable
from functools import cache
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image
from pillow_heif import register_heif_opener

register_heif_opener()

MAKER = "Camera of somebody"
AUTHOR = "李雪梅的电脑"


def points(size: tuple[int, int] = (64, 48), shade: int = 120) -> Image.Image:
    """A picture that is dark above and `shade` below, so that one sees which way up it is."""
    image = Image.new("RGB", size, (shade, shade // 2, 30))
    image.paste((10, 10, 10), (0, 0, size[0], size[1] // 2))
    return image


def notes(turned: int = 1) -> Image.Exif:
    """What a telephone writes into a photo: its maker, how it was held, and where it was."""
    found = Image.Exif()
    found[0x010F], found[0x0112] = MAKER, turned
    found.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 5.0), 3: "E", 4: (121.0, 28.0, 9.0)})
    return found


@cache
def photo(kind: str = "JPEG", *, turned: int = 1, shade: int = 120, size: tuple[int, int] = (64, 48)) -> bytes:
    """A photo with everything that a telephone notes in it."""
    out = io.BytesIO()
    more: dict[str, Any] = {"exif": notes(turned).tobytes(), **({"comment": MAKER} if kind == "JPEG" else {})}
    points(size, shade).save(out, kind, **more)
    return out.getvalue()


def written(pdf: Pdf, **how: Any) -> bytes:
    """The bytes of a PDF."""
    out = io.BytesIO()
    pdf.save(out, **how)
    return out.getvalue()


def blank(pages: int = 1) -> Pdf:
    """A PDF of blank pages."""
    pdf = Pdf.new()
    for _page in range(pages):
        pdf.add_blank_page()
    return pdf


@cache
def scan(pages: int = 1) -> bytes:
    """A scan with its author, its title, and a photo on its first page."""
    pdf = blank(pages)
    pdf.docinfo["/Author"] = AUTHOR
    with pdf.open_metadata() as said:
        said["dc:title"] = AUTHOR
    picture = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 64, "Height": 48, "ColorSpace": Name.DeviceRGB, "BitsPerComponent": 8}
    wrapped = {
        "/A": (photo(), Name.DCTDecode),
        "/B": (zlib.compress(photo()), Array([Name.FlateDecode, Name.DCTDecode])),
        "/C": (base64.a85encode(photo()) + b"~>", Array([Name.ASCII85Decode, Name.DCTDecode])),
    }
    drawn = {}
    for name, (content, filters) in wrapped.items():
        drawn[name] = pdf.make_stream(b"", **picture)
        drawn[name].write(content, filter=filters)
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(drawn))
    pdf.pages[0].Contents = pdf.make_stream(b"q 200 0 0 150 20 20 cm /A Do Q q 99 0 0 99 300 20 cm /B Do Q q 99 0 0 99 20 300 cm /C Do Q")
    return written(pdf)


# Those that mean harm ----------------------------------------------------------------------


def _with(change: Callable[[Pdf], None], **how: Any) -> bytes:
    pdf = blank()
    change(pdf)
    return written(pdf, **how)


def _script(pdf: Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))


def _script_apart(pdf: Pdf) -> None:
    pdf.Root.OpenAction = pdf.make_indirect(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)")))


def _script_by_name(pdf: Pdf) -> None:
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), Dictionary(S=Name.JavaScript, JS=String("x"))])))


def _launch(pdf: Pdf) -> None:
    pdf.pages[0].AA = Dictionary(O=Dictionary(S=Name.Launch, F=String("calc.exe")))


def _form(pdf: Pdf) -> None:
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=String("<xdp/>"))


def _film(pdf: Pdf) -> None:
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=Array([0, 0, 9, 9]))])


def _from_elsewhere(pdf: Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"", F=String("/etc/passwd"))


def _enclosed(pdf: Pdf) -> None:
    pdf.attachments["letter.exe"] = b"MZ"


def _pinned(pdf: Pdf) -> None:
    pdf.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]))])


def _huge_picture(pdf: Pdf) -> None:
    side = {"Width": 20_000, "Height": 20_000}
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary({"/A": pdf.make_stream(b"x", Subtype=Name.Image, **side)}))


def _png_that_says(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is as large as that."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND", b"")


def _bomb() -> bytes:
    """A PNG of a hundred kilobytes that unfolds to nine hundred million points."""
    out = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(out, "PNG")
    return out.getvalue()


def _gif() -> bytes:
    out = io.BytesIO()
    points().save(out, "GIF")
    return out.getvalue()


# What is sent under which name, and the word for why it is not taken.
HOSTILE: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "nothing": (lambda: b"", "照片.jpg", "empty"),
    "a page called a photo": (lambda: b"<html><script>alert(1)</script></html>", "photo.jpg", "unknown"),
    "a drawing with a script": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "photo.png", "unknown"),
    "a GIF called PNG": (_gif, "photo.png", "unknown"),
    "a program called PDF": (lambda: b"MZ" + bytes(500), "scan.pdf", "unknown"),
    "a JPEG cut short": (lambda: photo(size=(800, 600))[:2000], "photo.jpg", "broken"),
    "a PNG cut short": (lambda: photo("PNG", size=(800, 600))[:300], "photo.png", "broken"),
    "a HEIC cut short": (lambda: photo("HEIF")[:300], "photo.heic", "broken"),
    "the head of a JPEG before a page": (lambda: b"\xff\xd8\xff<script>alert(1)</script>", "photo.jpg", "broken"),
    "a PDF cut short": (lambda: scan()[:500], "scan.pdf", "broken"),
    "a PDF of one line": (lambda: b"%PDF-1.7\n<script>alert(1)</script>", "scan.pdf", "broken"),
    "a PDF nested without end": (lambda: b"%PDF-1.4\n1 0 obj\n" + b"[" * 100_000, "scan.pdf", "broken"),
    "a bomb": (_bomb, "photo.png", "pixels"),
    "a PNG of a few bytes and a billion points": (lambda: _png_that_says(40_000, 40_000), "photo.png", "pixels"),
    "a PNG as long as a street": (lambda: _png_that_says(1_000_000, 1), "photo.png", "pixels"),
    "a PDF with a huge picture": (lambda: _with(_huge_picture), "scan.pdf", "pixels"),
    "a PDF of too many pages": (lambda: written(blank(101)), "scan.pdf", "pages"),
    "a PDF with a password": (lambda: written(blank(), encryption=pikepdf.Encryption(owner="o", user="u")), "scan.pdf", "locked"),
    "a PDF locked for its owner": (lambda: written(blank(), encryption=pikepdf.Encryption(owner="o", user="")), "scan.pdf", "locked"),
    "a PDF with a script": (lambda: _with(_script), "scan.pdf", "active"),
    "a PDF with a script apart": (lambda: _with(_script_apart), "scan.pdf", "active"),
    "a PDF with a script packed away": (
        lambda: _with(_script_apart, object_stream_mode=pikepdf.ObjectStreamMode.generate),
        "scan.pdf",
        "active",
    ),
    "a PDF with a script by name": (lambda: _with(_script_by_name), "scan.pdf", "active"),
    "a PDF with a script in disguise": (
        lambda: written(blank()).replace(b"/Pages ", b"/OpenAction<</S/J#61vaScript/J#53(x)>>/Pages "),
        "scan.pdf",
        "active",
    ),
    "a PDF that starts a program": (lambda: _with(_launch), "scan.pdf", "active"),
    "a PDF with a form of its own": (lambda: _with(_form), "scan.pdf", "active"),
    "a PDF with a film": (lambda: _with(_film), "scan.pdf", "active"),
    "a PDF that fetches its content": (lambda: _with(_from_elsewhere), "scan.pdf", "active"),
    "a PDF with a file inside": (lambda: _with(_enclosed), "scan.pdf", "enclosed"),
    "a PDF with a file pinned on": (lambda: _with(_pinned), "scan.pdf", "enclosed"),
    "a file as large as a house": (lambda: photo() + bytes(20 * 2**20), "photo.jpg", "bytes"),
}
