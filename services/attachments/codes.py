"""The QR codes on a scan, read in a process of its own: it gets a cleaned photo or PDF at standard input and answers a JSON list.

It has no more memory and time than it needs, knows no secret, and imports nothing of the house.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from collections.abc import Iterator
from typing import Any

MEMORY, SECONDS = 2048 * 2**20, 40
PAGES = 100
PIXELS = 50_000_000


def codes(data: bytes) -> list[str]:
    """The texts of all QR codes on a photo or on the pictures of a PDF, in order, each once."""
    import zxingcpp

    found: dict[str, None] = {}
    for picture in _pictures(data):
        grey = picture.convert("L")
        for each in zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)):
            found[each.text] = None
    return list(found)


def _pictures(data: bytes) -> Iterator[Any]:
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = PIXELS
    if not data.startswith(b"%PDF-"):
        yield Image.open(io.BytesIO(data))
        return
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in list(pdf.pages)[:PAGES]:
            for image in page.images.values():
                if int(image.Width) * int(image.Height) <= PIXELS:
                    yield pikepdf.PdfImage(image).as_pil_image()  # type: ignore[arg-type]


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    print(json.dumps(codes(sys.stdin.buffer.read())))
