"""HTML to PDF/A-3a and PDF/UA-1 at once, from files of this machine alone.

WeasyPrint writes one of the two marks only; the other is put beside it, with the schema block that PDF/A asks for.
The same input gives the same bytes: all dates come from the caller.
"""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from services.papers.enclosures import Enclosure
from services.papers.fonts import font_directory, font_file
from services.papers.metadata import RDF_END, UNIVERSAL_ACCESS, Dates

FAMILY = "NotoSansSC"  # the name under which the style sheet knows the faces; nothing installed can answer to it
STYLE_SHEET = Path(__file__).resolve().parents[2] / "templates" / "print" / "print.css"

# One at a time: fontconfig and the garbage collector belong to the whole process.
_ONE_AT_A_TIME = Lock()


class FetchRefused(ValueError):
    """The paper asked for something that is neither its font nor written into it."""


class Overfull(ValueError):
    """The paper takes more pages than it should."""


def write_pdf(html: str, dates: Dates, enclosures: Sequence[Enclosure] = (), most: int = 0) -> bytes:
    """The pages of `html`, styled by the print style sheet, as PDF/A-3a and PDF/UA-1.

    Raises FetchRefused when the page asks for a file that is not its own, and Overfull when `most` pages (0: any
    number) do not hold it.
    """
    import weasyprint

    with _ONE_AT_A_TIME, _no_collector(), _refusals():
        fonts, sheet = _style()
        document = weasyprint.HTML(string=html, url_fetcher=_fetcher(), base_url=None).render(
            font_config=fonts, stylesheets=[sheet], cache={}
        )
        if most and len(document.pages) > most:
            raise Overfull(f"{len(document.pages)} pages instead of {most}")
        _describe(document.metadata, dates)
        return document.write_pdf(
            pdf_variant="pdf/a-3a",
            attachments=[_attachment(enclosure, dates) for enclosure in enclosures],
            finisher=lambda _, pdf: _finish(pdf),
        )


def _finish(pdf: Any) -> None:
    """What the engine leaves out of the structure tree: the scope of heading cells."""
    for thing in pdf.objects:
        if isinstance(thing, dict) and thing.get("S") == "/TH":
            thing["A"].setdefault("Scope", "/Row")


def _describe(metadata: Any, dates: Dates) -> None:
    """Dates as XMP writes them, and the mark of PDF/UA within the one block of metadata."""
    metadata.created = dates.created.isoformat(timespec="seconds")
    metadata.modified = dates.modified.isoformat(timespec="seconds")
    plain = metadata.generate_rdf_metadata

    def with_universal_access(*arguments: Any) -> bytes:
        return plain(*arguments).replace(RDF_END, UNIVERSAL_ACCESS + RDF_END)

    metadata.generate_rdf_metadata = with_universal_access


def _attachment(enclosure: Enclosure, dates: Dates) -> Any:
    import weasyprint

    return weasyprint.Attachment(
        string=b"".join(enclosure.pieces),
        name=enclosure.name,
        description=enclosure.description,
        created=dates.created.astimezone(UTC),
        modified=dates.modified.astimezone(UTC),
        relationship="Data",
        url_fetcher=_fetcher(),
    )


@cache
def _style() -> tuple[Any, Any]:
    """Font configuration and style sheet, read once for each process."""
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    faces = "".join(
        f'@font-face{{font-family:"{FAMILY}";font-weight:{weight};src:url("{font_file(style).resolve().as_uri()}")}}\n'
        for style, weight in (("Regular", 400), ("Bold", 700))
    )
    fonts = FontConfiguration()
    css = faces + STYLE_SHEET.read_text("utf-8")
    return fonts, weasyprint.CSS(string=css, font_config=fonts, url_fetcher=_fetcher())


@cache
def _fetcher() -> Any:
    """A fetcher that opens the two faces and data written into the page, and refuses all else."""
    from weasyprint.urls import FatalURLFetchingError, URLFetcher

    allowed = {font_file(style).resolve().as_uri() for style in ("Regular", "Bold")}

    class OwnFilesOnly(URLFetcher):
        """Opens nothing outside the folder of fonts."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            if url.startswith("data:") or url in allowed:
                return super().fetch(url, headers)
            raise FatalURLFetchingError(f"Not allowed on paper: {url[:80]} (only {font_directory()})")

    return OwnFilesOnly(allowed_protocols=("data", "file"), allow_redirects=False)


@contextmanager
def _refusals() -> Iterator[None]:
    """A refused file ends the printing; the engine's own errors of fetching would only leave a hole in the page."""
    from weasyprint.urls import FatalURLFetchingError

    try:
        yield
    except FatalURLFetchingError as refusal:
        raise FetchRefused(str(refusal)) from None


@contextmanager
def _no_collector() -> Iterator[None]:
    """Without the cyclic collector, which takes a quarter of the time of a printing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
