"""What a file is, told by its content, and what is left of it without all that is neither picture nor page.

Who sends a file may mean harm, and its readers are large programs. So this runs as a process of its own, which has no
more memory and time than it needs, knows no secret, and may die of what it reads. The file comes in at standard input;
out goes a line of JSON, then the bytes to keep, then those of the thumbnail. It imports nothing of the house.
"""

from __future__ import annotations

import base64
import io
import json
import resource
import sys
import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

PIXELS = 50_000_000
SIDE = 30_000  # pixels
LARGEST_PICTURE = 64 * 2**20  # bytes of a JPEG inside a PDF
PAGES = 100
THUMBNAIL = 320  # pixels of the longer side
QUALITY = 90

MEMORY, SECONDS = 1536 * 2**20, 30
HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}

# What a PDF must not have: names of actions, kinds of annotations, and entries of any dictionary.
DEEDS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound"}
PLAYERS = {"/RichMedia", "/3D", "/Movie", "/Sound", "/Screen"}
SCRIPTS = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent"}
ENCLOSURES = {"/EmbeddedFiles", "/EF"}
# What it loses: who made it where and when, what it does when it is opened, and small pictures of its pages.
SHED = ("/Metadata", "/PieceInfo", "/LastModified", "/OpenAction", "/AA", "/Thumb")
# Segments of a JPEG that stay: those of the picture itself, JFIF, the colour profile, and how its colours are turned.
APPLICATION, COMMENT, KEPT = range(0xE0, 0xF0), 0xFE, (0xE0, 0xE2, 0xEE)


class Unfit(Exception):
    """The file is not taken; `why` is a word that the house turns into a sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What is kept of a file. A picture has sides in pixels and a thumbnail, a PDF has pages."""

    kind: str
    came_as: str
    content: bytes
    thumbnail: bytes = b""
    width: int | None = None
    height: int | None = None
    pages: int | None = None


def cleaned(data: bytes) -> Cleaned:
    """What is kept of the file `data`. Raises `Unfit`, or whatever befalls the program that reads it."""
    came_as = recognised(data)
    return _document(data) if came_as == "pdf" else _picture(data, came_as)


def recognised(data: bytes) -> str:
    """`jpeg`, `png`, `heic` or `pdf`; `Unfit` for anything else, whatever it is called."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[4:8] == b"ftyp" and data[8:12] in HEIC:
        return "heic"
    if data.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"%PDF-"):
        return "pdf"
    raise Unfit("unknown")


# Pictures --------------------------------------------------------------------------------


def _picture(data: bytes, came_as: str) -> Cleaned:
    """The picture drawn anew: only its points are taken over, turned as its camera was held."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # asked below, before a point is read
    if came_as == "heic":
        _read_heic()
    with Image.open(io.BytesIO(data), formats=["HEIF" if came_as == "heic" else came_as.upper()]) as image:
        if image.width * image.height > PIXELS or max(image.size) > SIDE:
            raise Unfit("pixels")
        image.load()
        ImageOps.exif_transpose(image, in_place=True)
        kind = "png" if came_as == "png" else "jpeg"
        drawn = _plain(image, kind)
        out = io.BytesIO()
        drawn.save(out, kind.upper(), **({"compress_level": 5} if kind == "png" else {"quality": QUALITY, "optimize": True}))
        width, height = drawn.size
        return Cleaned(kind, came_as, out.getvalue(), _thumbnail(drawn), width, height)


def _read_heic() -> None:
    try:
        from pillow_heif import register_heif_opener
    except ImportError as missing:
        raise Unfit("heic") from missing
    register_heif_opener(thumbnails=False)


def _plain(image: Any, kind: str) -> Any:
    """The picture in common colours, with nothing beside its points but what makes some of them clear."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            known = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            image = ImageCms.profileToProfile(image, known, ImageCms.createProfile("sRGB"), outputMode="RGB") or image
        except (ImageCms.PyCMSError, OSError):
            pass  # a profile that cannot be read is left out like the rest
    if image.mode.startswith("I"):  # sixteen bits of grey
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if kind == "jpeg" and image.mode not in ("RGB", "L"):
        image = image.convert("RGB")
    image.info = {"transparency": image.info["transparency"]} if "transparency" in image.info and kind == "png" else {}
    return image


def _thumbnail(image: Any) -> bytes:
    from PIL import Image

    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    image.thumbnail((THUMBNAIL, THUMBNAIL), reducing_gap=2.0)
    if image.mode in ("RGBA", "LA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        image = Image.new("RGB", clear.size, "white")
        image.paste(clear, mask=clear.getchannel("A"))
    out = io.BytesIO()
    image.info = {}
    image.convert("RGB").save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


# Documents -------------------------------------------------------------------------------


def _document(data: bytes) -> Cleaned:
    """The PDF written anew from what its pages need; `Unfit` for one that is locked, does something or carries files."""
    import pikepdf

    try:
        pdf = pikepdf.open(io.BytesIO(data))
    except pikepdf.PasswordError as locked:
        raise Unfit("locked") from locked
    with pdf:
        if pdf.is_encrypted:
            raise Unfit("locked")
        if len(pdf.pages) > PAGES:
            raise Unfit("pages")
        if not pdf.pages:
            raise Unfit("broken")
        for each in _dictionaries(pdf):
            _judge(each)
        for each in _dictionaries(pdf):  # once all of it is judged, since what is shed takes with it what is inside
            for key in SHED:
                if key in each:
                    del each[key]
            if isinstance(each, pikepdf.Stream):
                _bare_picture(each)
        del pdf.docinfo
        out = io.BytesIO()
        pdf.save(out, deterministic_id=True, fix_metadata_version=False)
        return Cleaned("pdf", "pdf", out.getvalue(), pages=len(pdf.pages))


def _dictionaries(pdf: Any) -> Iterator[Any]:
    """Every dictionary and stream of a PDF, those that stand inside others too."""
    import pikepdf

    for top in (pdf.trailer, *pdf.objects):
        waiting = [top]
        while waiting:
            each = waiting.pop()
            if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                yield each
                inner = [value for _key, value in each.items()]
            elif isinstance(each, pikepdf.Array):
                inner = list(each)
            else:
                continue
            waiting += [value for value in inner if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _judge(each: Any) -> None:
    import pikepdf

    keys = set(each.keys())
    if keys & ENCLOSURES or each.get("/Type") == "/EmbeddedFile" or each.get("/Subtype") == "/FileAttachment":
        raise Unfit("enclosed")
    if keys & SCRIPTS or str(each.get("/S", "")) in DEEDS or str(each.get("/Subtype", "")) in PLAYERS:
        raise Unfit("active")
    if isinstance(each, pikepdf.Stream):
        if "/F" in keys:  # its content would be fetched from elsewhere
            raise Unfit("active")
        if int(each.get("/Width", 0)) * int(each.get("/Height", 0)) > PIXELS:
            raise Unfit("pixels")


def _bare_picture(stream: Any) -> None:
    """Take out of a JPEG inside a PDF where and when it was taken."""
    import pikepdf

    filters = stream.get("/Filter")
    names = [str(each) for each in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if names[-1] != "/DCTDecode":
        return
    found = stream.read_raw_bytes()
    for name in names[:-1]:
        found = _unwrapped(found, name)
    settings = stream.get("/DecodeParms")
    own = settings[-1] if isinstance(settings, pikepdf.Array) and len(settings) else settings
    stream.write(_without_notes(found), filter=pikepdf.Name.DCTDecode, decode_parms=own if isinstance(own, pikepdf.Dictionary) else None)


def _unwrapped(found: bytes, name: str) -> bytes:
    """What a filter before that of the JPEG wraps; `Unfit` when it is none that programs put there."""
    if name == "/FlateDecode":
        return zlib.decompressobj().decompress(found, LARGEST_PICTURE)
    if name == "/ASCII85Decode":
        return base64.a85decode(found.strip().removeprefix(b"<~").removesuffix(b"~>"))
    raise Unfit("broken")


def _without_notes(jpeg: bytes) -> bytes:
    """A JPEG without the segments in which cameras and programs leave notes; `Unfit` for what is no JPEG."""
    if not jpeg.startswith(b"\xff\xd8"):
        raise Unfit("broken")
    kept, place = [b"\xff\xd8"], 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xDA:  # from here on there are points, and no notes
            return b"".join((*kept, jpeg[place:]))
        length = int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if marker != COMMENT and (marker not in APPLICATION or marker in KEPT):
            kept.append(jpeg[place : place + 2 + length])
        place += 2 + length
    raise Unfit("broken")


# The process -----------------------------------------------------------------------------


def main() -> None:
    """Read one file, say what it is, and write what is kept of it."""
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        hard = resource.getrlimit(what)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    warnings.simplefilter("ignore")
    try:
        found = cleaned(sys.stdin.buffer.read())
    except Unfit as unfit:
        answer({"refused": unfit.why})
    except MemoryError:
        answer({"refused": "heavy"})
    except Exception as trouble:  # whatever a reader stumbles over, it is the file that made it stumble
        answer({"refused": "broken", "trouble": f"{type(trouble).__name__}: {trouble}"})
    else:
        facts = {"kind": found.kind, "came_as": found.came_as, "width": found.width, "height": found.height, "pages": found.pages}
        answer(facts | {"size": len(found.content)}, found.content, found.thumbnail)


def answer(facts: dict[str, Any], *bodies: bytes) -> None:
    """Write a line of JSON and what belongs to it."""
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + b"".join(bodies))


if __name__ == "__main__":
    main()
