"""Files that somebody sends are known by their content, refused when they mean harm, and kept without what nobody should know."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from models.core.message import speaking
from services.attachments import receiving, recognising
from services.attachments.receiving import REASONS, NotTaken, named, received
from tests.made_files import AUTHOR, HOSTILE, MAKER, blank, photo, scan, written

PAYLOAD = b"<script>alert(document.domain)</script>PK\x03\x04"


def drawn(content: bytes) -> Image.Image:
    """A picture as another program reads it."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_means_harm_is_refused_with_the_reason(name: str) -> None:
    make, called, why = HOSTILE[name]
    with pytest.raises(NotTaken) as fault:
        received(make(), called)
    assert fault.value.message is REASONS[why]


def test_every_reason_says_what_to_do_in_both_languages() -> None:
    said = {language: [str(each.say(language)) for each in REASONS.values()] for language in ("zh", "en")}
    assert all("{" not in sentence for sentences in said.values() for sentence in sentences)
    assert not set(said["zh"]) & set(said["en"])


@pytest.mark.parametrize(("kind", "kept"), [("JPEG", "jpeg"), ("PNG", "png"), ("HEIF", "jpeg")])
@pytest.mark.parametrize("turned", [1, 3, 6])
def test_a_photo_is_kept_upright_and_without_what_the_camera_noted(kind: str, kept: str, turned: int) -> None:
    sent = photo(kind, turned=turned)
    assert MAKER.encode() in sent
    file = received(sent, "IMG_0001.jpg")
    assert (file.kind, file.came_as) == (kept, "heic" if kind == "HEIF" else kept)
    image = drawn(file.content)
    assert image.size == (file.width, file.height) == ((48, 64) if turned == 6 else (64, 48))
    corners = {1: (32, 5), 3: (32, 43), 6: (43, 32)}  # where the dark half went
    red, *_rest = image.convert("RGB").getpixel(corners[turned])
    assert red < 40
    for content in (file.content, file.thumbnail):
        assert MAKER.encode() not in content
        assert b"Exif" not in content and b"eXIf" not in content and b"GPS" not in content
        assert not drawn(content).getexif()


def test_what_is_hidden_behind_or_within_a_photo_is_gone() -> None:
    plain = photo()
    hidden = plain[:2] + b"\xff\xfe" + (len(PAYLOAD) + 2).to_bytes(2, "big") + PAYLOAD + plain[2:] + PAYLOAD
    file = received(hidden, "photo.html")
    assert (file.kind, file.name) == ("jpeg", "photo.jpg")
    assert PAYLOAD[:8] not in file.content + file.thumbnail
    assert PAYLOAD[:8] not in received(photo("PNG") + PAYLOAD, "photo.png").content


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_colours_is_kept(mode: str) -> None:
    out = io.BytesIO()
    image = Image.new("I;16", (400, 300), 30_000) if mode == "I;16" else Image.new("L", (400, 300), 90).convert(mode)
    image.save(out, "PNG")
    file = received(out.getvalue(), "plan.png")
    assert drawn(file.content).size == (400, 300)
    assert max(drawn(file.thumbnail).size) == recognising.THUMBNAIL


def test_a_jpeg_for_printers_becomes_one_for_screens() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (64, 48), (0, 0, 0, 0)).save(out, "JPEG")
    image = drawn(received(out.getvalue(), "print.jpg").content)
    assert image.mode == "RGB"
    assert min(image.getpixel((5, 5))) > 240


def test_the_same_photo_is_kept_as_the_same_bytes() -> None:
    assert received(photo(), "a.jpg").sha256 == received(photo(), "b.jpg").sha256
    assert received(scan(), "a.pdf").sha256 == received(scan(), "b.pdf").sha256


def test_a_scan_is_kept_without_its_author_and_the_notes_in_its_pictures() -> None:
    sent = scan(3)
    assert MAKER.encode() in sent
    file = received(sent + PAYLOAD, "整改通知.PDF")
    assert (file.kind, file.pages, file.name) == ("pdf", 3, "整改通知.pdf")
    assert PAYLOAD[:8] not in file.content
    with pikepdf.open(io.BytesIO(file.content)) as pdf:
        assert "/Info" not in pdf.trailer and "/Metadata" not in pdf.Root
        pictures = [pikepdf.PdfImage(each) for each in pdf.pages[0].Resources.XObject.as_dict().values()]
        assert [each.as_pil_image().size for each in pictures] == [(64, 48)] * 3
        everything = b"".join(each.read_raw_bytes() for each in pdf.objects if isinstance(each, pikepdf.Stream))
    assert MAKER.encode() not in everything
    assert AUTHOR.encode() not in file.content and AUTHOR.encode("utf-16-be") not in file.content


def test_a_scan_of_a_hundred_pages_is_kept_and_opens_where_its_reader_wants() -> None:
    pdf = blank(100)
    pdf.Root.OpenAction = pikepdf.Array([pdf.pages[5].obj, pikepdf.Name.Fit])
    file = received(written(pdf), "scan.pdf")
    with pikepdf.open(io.BytesIO(file.content)) as kept:
        assert (file.pages, len(kept.pages)) == (100, 100)
        assert "/OpenAction" not in kept.Root


def test_what_a_printer_of_the_house_makes_is_taken() -> None:
    from weasyprint import HTML

    file = received(HTML(string="<h1>钥匙委托书</h1><p>第一联</p>").write_pdf(), "委托书.pdf")
    assert file.pages == 1


@pytest.mark.parametrize(
    ("called", "kept"),
    [
        ("../../../etc/passwd", "passwd.jpg"),
        ("..\\..\\windows\\system32\\照片.png", "照片.jpg"),
        ("/absolute/照片.jpg", "照片.jpg"),
        ("a\u202egpj.exe", "agpj.jpg"),
        ("漏\x00水\r\n照片.jpeg", "漏水照片.jpg"),
        ('<b>"x"|y?*.jpg', "bxy.jpg"),
        ("3栋 2025.11.22 漏水.HEIC", "3栋 2025.11.22 漏水.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("..", "abababab.jpg"),
        ("", "abababab.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_a_name_leads_nowhere_and_ends_as_the_content_is(called: str, kept: str) -> None:
    assert named(called, "jpeg", "ab" * 32) == kept


def test_without_the_reader_of_heic_the_cure_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(recognising.Unfit) as unfit:
        recognising.cleaned(photo("HEIF"))
    assert unfit.value.why == "heic"
    with speaking("en"):
        assert "pillow-heif" in str(REASONS["heic"])


GREEDY = """
import sys
sys.path.insert(0, {folder!r})
import recognising
def cleaned(data):
    {greed}
recognising.cleaned = cleaned
recognising.main()
"""


@pytest.mark.parametrize("greed", ["held = bytes(4 * 2**30)", "import os; os.abort()", "import time; time.sleep(60)"])
def test_whoever_reads_files_ends_when_it_takes_too_much(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, greed: str) -> None:
    program = tmp_path / "greedy.py"
    program.write_text(GREEDY.format(folder=str(Path(recognising.__file__).parent), greed=greed))
    monkeypatch.setattr(recognising, "__file__", str(program))
    monkeypatch.setattr(receiving, "PATIENCE", 3)
    with pytest.raises(NotTaken) as fault:
        received(photo(), "a.jpg")
    assert fault.value.message is REASONS["heavy"]


def test_whoever_reads_files_knows_no_secret_and_nothing_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@nowhere/books")
    seen: list[dict[str, str]] = []
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *line, **how: (seen.append(how["env"]), run(*line, **how))[1])
    received(photo(), "a.jpg")
    assert seen and "secret" not in str(seen)


def test_starting_the_house_loads_no_reader_of_files() -> None:
    line = "import app, sys; app.create_app(); print(sorted({'PIL', 'pikepdf', 'pillow_heif'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"
