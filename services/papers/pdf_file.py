"""A PDF file being written: numbered objects, bundles of small ones, and the table that says where each is.

Objects are written as they come and forgotten, so that a long paper takes no more memory than its file. Each bundle is
one object stream; objects get consecutive numbers, so that whoever writes one knows the numbers of those beside it.
"""

import hashlib
import struct
import zlib
from collections.abc import Iterable, Sequence

LEVEL = 3  # of compression: a third of the time of the best, for a tenth more bytes
_COLUMNS = (1, 4, 2)  # bytes of an entry: what it is, where it is, and its place in a bundle
_ENTRY = struct.Struct(">BIH")
_PLAIN, _BUNDLED = 1, 2
_FREE = _ENTRY.pack(0, 0, 65535)


class PdfFile:
    """Writes one file: `reserve` numbers for what is known last, `put`, `stream` and `bundle` the rest, then `finish`."""

    def __init__(self) -> None:
        self._out = bytearray(b"%PDF-1.7\n%\xe5\x8f\xb0\xe8\xb4\xa6\n")
        self._entries = bytearray(_FREE)

    @property
    def next(self) -> int:
        """The number that the next object gets."""
        return len(self._entries) // _ENTRY.size

    def reserve(self, many: int) -> range:
        """Numbers for objects that are put in later."""
        first = self.next
        self._entries += _FREE * many
        return range(first, first + many)

    def put(self, body: bytes, number: int = 0) -> int:
        """An object by itself, under a reserved number or the next one, which is returned."""
        number = number or self.reserve(1)[0]
        self._mark(number, _PLAIN, len(self._out))
        self._out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        return number

    def stream(self, pieces: Iterable[bytes], entries: bytes = b"", number: int = 0) -> int:
        """A compressed stream, made piece by piece."""
        packer = zlib.compressobj(LEVEL)
        packed = b"".join([*map(packer.compress, pieces), packer.flush()])
        return self.put(b"<</Length %d/Filter/FlateDecode%b>>stream\n%b\nendstream" % (len(packed), entries, packed), number)

    def plain_stream(self, content: bytes, entries: bytes = b"", number: int = 0) -> int:
        """A stream as it is, to be read without any knowledge of PDF."""
        return self.put(b"<</Length %d%b>>stream\n%b\nendstream" % (len(content), entries, content), number)

    def bundle(self, bodies: Sequence[bytes], numbers: Sequence[int] = ()) -> None:
        """Small objects in one stream, under reserved numbers or the next ones."""
        numbers = numbers or self.reserve(len(bodies))
        heads, at = [], 0
        for number, body in zip(numbers, bodies, strict=True):
            heads.append(b"%d %d" % (number, at))
            at += len(body) + 1
        head = b" ".join(heads) + b"\n"
        holder = self.stream((head, b"\n".join(bodies)), b"/Type/ObjStm/N %d/First %d" % (len(bodies), len(head)))
        for place, number in enumerate(numbers):
            self._mark(number, _BUNDLED, holder, place)

    def finish(self, catalog: int, info: int) -> bytes:
        """The whole file. Its identifier is a digest of all that stands in it."""
        identifier = hashlib.sha256(self._out).hexdigest()[:32].encode()
        number, at = self.reserve(1)[0], len(self._out)
        self._mark(number, _PLAIN, at)
        widths = b" ".join(b"%d" % width for width in _COLUMNS)
        about = b"/Type/XRef/Size %d/W[%b]/Root %d 0 R/Info %d 0 R/ID[<%b><%b>]" % (
            self.next, widths, catalog, info, identifier, identifier,
        )  # fmt: skip
        self.stream((bytes(self._entries),), about, number)
        self._out += b"startxref\n%d\n%%%%EOF\n" % at
        return bytes(self._out)

    def _mark(self, number: int, kind: int, where: int, place: int = 0) -> None:
        _ENTRY.pack_into(self._entries, number * _ENTRY.size, kind, where, place)


def text_of(text: str) -> bytes:
    """A text as PDF keeps it outside of pages: a title, a name, what a picture shows."""
    return b"<feff%b>" % text.encode("utf-16-be", "replace").hex().encode()


def reference(number: int) -> bytes:
    """What points to the object of that number."""
    return b"%d 0 R" % number


def references(numbers: Iterable[int]) -> bytes:
    """What points to several."""
    return b" ".join(map(reference, numbers))
