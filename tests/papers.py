"""Papers to print in tests, and ways to read a PDF back: its text, its pixels, its tagged cells."""

import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import Any
from xml.etree import ElementTree

import pikepdf
from PIL import Image

from services.papers.paper import Paper
from services.papers.printing import Book, Cell, Certificate, Column, Form, Row, Signature, painted

SHANGHAI = timezone(timedelta(hours=8))
PRINTED = datetime(2026, 11, 20, 14, 40, tzinfo=SHANGHAI)
VALID, ASSISTED = ("有效", "Valid"), ("协助", "Assisted")

COLUMNS = (
    Column("number", "编号", "No.", 19, "center"),
    Column("received_at", "受理时间", "Received", 20, "center"),
    Column("unit", "房号", "Unit", 24),
    Column("name", "投诉人", "Complainant", 17, "center"),
    Column("phone", "电话", "Phone", 22, "center"),
    Column("channel", "渠道", "Channel", 11, "center"),
    Column("content", "投诉内容", "Complaint", 44),
    Column("state", "类别", "Class", 15, "center"),
    Column("post", "责任岗位", "Post", 15, "center"),
    Column("result", "调查与处理结果", "Handling and result", 45),
    Column("opinion", "业主意见", "Owner", 15, "center"),
    Column("signed", "签认", "Signed", 13, "center"),
)
_COMPLAINTS = (
    ("8栋1单元1203", "徐涛", "水压不足", "喷淋改为 9:30，调整喷头"),
    ("10栋2单元0404", "马文静", "绿化喷淋早六点启动，水溅入阳台", "围挡停用，更换地垫；陪同就医"),
    ("3栋1单元1001", "黄秀英", "楼道垃圾过夜未清运，本月第二次，要求答复", "已书面函告运营商，约 17:00 答复"),
)


def row(number: int, **changes: Any) -> Row:
    """A complaint in one line of the register."""
    unit, name, content, result = _COMPLAINTS[number % len(_COMPLAINTS)]
    state = (VALID, ASSISTED)[number % 2]
    phone = ("133****5180", ("电话", "Phone"))
    cells = (f"2026-{number:04}", "11-18 09:03", unit, name, *phone, content, state, "环境", result, "满意", "李、周")
    columns = [column.key for column in COLUMNS]
    given = {columns.index(key): changes.pop(key) for key in list(changes) if key in columns}
    return Row(tuple(given.get(index, cell) for index, cell in enumerate(cells)), **changes)


def book(rows: int | list[Row] = 10, **changes: Any) -> Book:
    """A register of that many complaints, or of these rows."""
    settings: dict[str, Any] = {
        "title_zh": "客户投诉记录表",
        "title_en": "Complaint record",
        "organisation_zh": "锦绣花园物业服务中心",
        "organisation_en": "Jinxiu Garden Property Service Centre",
        "book": "2026-03",
        "period": ("2026-11-17 至 11-20", "2026-11-17 to 11-20"),
        "columns": COLUMNS,
        "rows": [row(number) for number in range(1, rows + 1)] if isinstance(rows, int) else rows,
        **_common(),
    }
    return Book(**settings | changes)


def form(**changes: Any) -> Form:
    """One complaint as its own paper form."""
    boxes = (("有效", "Valid", True), ("协助处理", "Assisted", False), ("无效", "Invalid", False))
    settings: dict[str, Any] = {
        "title_zh": "客户投诉处理表",
        "title_en": "Complaint handling form",
        "organisation_zh": "锦绣花园物业服务中心",
        "organisation_en": "Jinxiu Garden Property Service Centre",
        "number": "TS-JX-2026-0409",
        "head": (Cell("接单日期", "Received", "2026-11-20 10:31"), Cell("责任班组", "Responsible team", "0031")),
        "parts": (
            ("投诉", "Complaint", (Cell("内容", "Content", "电梯困人 25 分钟", 12, tall=3), Cell("有效性", "Validity", boxes=boxes))),
            ("处理", "Handling", (Cell("整改方案", "Corrective plan", "更换门机皮带", 12, tall=3),)),
        ),
        "notes": (("保存三年。", "Kept for three years."),),
        **_common(),
    }
    return Form(**settings | changes)


def certificate(**changes: Any) -> Certificate:
    """A complaint closed, with its five places to sign."""
    settings: dict[str, Any] = {
        "title_zh": "投诉办结确认书",
        "title_en": "Complaint closure certificate",
        "organisation_zh": "锦绣花园物业服务中心",
        "organisation_en": "Jinxiu Garden Property Service Centre",
        "number": "BJ-JX-2026-0031",
        "facts": (Cell("投诉编号", "Complaint No.", "TS-JX-2026-0409"), Cell("房号", "Unit", "1-3-0602")),
        "paragraphs": (("上列投诉已处理完毕。", "The complaint above has been handled."),),
        "issued_at": date(2026, 11, 21),
        **_common(),
        "signed_by": (
            Signature("方案确认", "Plan confirmed"),
            Signature("处理人", "Handler", "0117", "2026-11-20"),
            Signature("业主", "Owner"),
            Signature("主管审核", "Supervisor review"),
            Signature("经理意见", "Opinion of the manager"),
        ),
    }
    return Certificate(**settings | changes)


def _common() -> dict[str, Any]:
    return {
        "signed_by": (("填表人", "Prepared"), ("审核人", "Reviewed"), ("批准人", "Approved")),
        "masking_note": ("电话已脱敏。", "Telephones masked."),
        "printed_at": PRINTED,
        "printed_by": "0117",
        "trail": (184233, "8f3a61c0d97e7f3a92c41e07a52d00112233445566778899aabbccddeeff0011"),
        "code": "7F3A92C41E07A52D",
        "proof_url": "https://desk.example/p/7F3A92C41E07A52D",
        "created": datetime(2026, 11, 17, 1, 0, tzinfo=UTC),
        "modified": PRINTED,
    }


_PAINTED: dict[tuple[str, str], bytes] = {}


def shared(paper: Paper, lang: str) -> bytes:
    """The PDF of a paper, painted once in this process, for all tests that only read it."""
    wanted = repr(paper), lang
    if wanted not in _PAINTED:
        _PAINTED[wanted] = painted(paper, lang)
    return _PAINTED[wanted]


def words(pdf: bytes, page: int | None = None, tool: str = "poppler") -> str:
    """The text of a page, or of all, as Poppler or MuPDF reads it."""
    if tool == "poppler":
        pages = ["-f", str(page), "-l", str(page)] if page else []
        return _run(["pdftotext", *pages, "-layout", "FILE", "-"], pdf).decode()
    return _run(["mutool", "draw", "-q", "-F", "text", "FILE", *([str(page)] if page else [])], pdf).decode()


def picture(pdf: bytes, page: int, tool: str = "poppler", resolution: int = 50) -> Image.Image:
    """A page in grey, as Poppler or MuPDF draws it."""
    if tool == "poppler":
        drawn = _run(["pdftoppm", "-gray", "-r", str(resolution), "-f", str(page), "-l", str(page), "FILE"], pdf)
    else:
        drawn = _run(["mutool", "draw", "-q", "-c", "gray", "-F", "pgm", "-r", str(resolution), "-o", "-", "FILE", str(page)], pdf)
    return Image.open(BytesIO(drawn)).convert("L")


def coloured(pdf: bytes, page: int, resolution: int = 40) -> Image.Image:
    """A page in its colours, as Poppler draws it."""
    return Image.open(BytesIO(_run(["pdftoppm", "-r", str(resolution), "-f", str(page), "-l", str(page), "FILE"], pdf))).convert("RGB")


@dataclass(frozen=True)
class Sign:
    """One character on a page: its place in mm from the left and the top, and its size in points."""

    text: str
    size: float
    left: float
    right: float
    baseline: float

    @property
    def top(self) -> float:
        """The top of its body."""
        return self.baseline - 0.88 * self.size * 25.4 / 72

    @property
    def bottom(self) -> float:
        """The bottom of its body."""
        return self.top + self.size * 25.4 / 72


def lettering(pdf: bytes, page: int) -> list[Sign]:
    """Every character of a page with its place, as MuPDF finds it; spaces left out."""
    tree = ElementTree.fromstring(_run(["mutool", "draw", "-q", "-F", "stext", "FILE", str(page)], pdf))
    found = []
    for font in tree.iter("font"):
        for char in font.iter("char"):
            corners = [float(each) * 25.4 / 72 for each in char.attrib["quad"].split()]
            if char.attrib["c"].strip():
                sign = Sign(
                    char.attrib["c"], float(font.attrib["size"]), min(corners[::2]), max(corners[::2]), float(char.attrib["y"]) * 25.4 / 72
                )
                found.append(sign)
    return found


def page_count(pdf: bytes) -> int:
    """How many pages there are."""
    with pikepdf.open(BytesIO(pdf)) as document:
        return len(document.pages)


def ink(image: Image.Image, box: tuple[float, float, float, float] = (0, 0, 1, 1)) -> float:
    """The share of dark within a part of a picture, given as shares of its width and height."""
    left, top, right, bottom = (round(share * size) for share, size in zip(box, image.size * 2, strict=True))
    counts = image.crop((left, top, right, bottom)).histogram()
    return sum(counts[:160]) / sum(counts)


def fonts(pdf: bytes) -> set[str]:
    """The names of the fonts in a PDF, without the tag of the subset."""
    with pikepdf.open(BytesIO(pdf)) as document:
        described = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary) and "/FontName" in thing]
        return {str(thing.FontName).split("+")[-1] for thing in described}


def tables(pdf: bytes) -> list[list[list[str]]]:
    """The tables of the structure tree, over however many pages: for each its rows, for each row the text of its cells."""
    with pikepdf.open(BytesIO(pdf)) as document:
        marks = {page.objgen: _marked_text(page) for page in document.pages}
        return [
            [[_text_of(cell, marks) for cell in line.K] for line in _elements(table, "/TR")]
            for table in _elements(document.Root.StructTreeRoot, "/Table")
        ]


def words_in_order(pdf: bytes) -> str:
    """The text of a document in the order of its structure tree, an element a line, as it is read aloud."""
    with pikepdf.open(BytesIO(pdf)) as document:
        marks = {page.objgen: _marked_text(page) for page in document.pages}
        return "\n".join(_text_of(leaf, marks) for leaf in _leaves(document.Root.StructTreeRoot.K[0]))


def _leaves(element: Any) -> list[Any]:
    kids = [kid for kid in _kids(element) if isinstance(kid, pikepdf.Dictionary)]
    return [leaf for kid in kids for leaf in _leaves(kid)] if kids else [element]


def _elements(parent: Any, kind: str) -> list[Any]:
    found: list[Any] = []
    for kid in _kids(parent):
        if isinstance(kid, pikepdf.Dictionary):
            found += [kid] if kid.get("/S") == kind else _elements(kid, kind)
    return found


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _text_of(cell: Any, marks: dict[Any, dict[int, str]]) -> str:
    kids = _kids(cell)
    page = cell.Pg.objgen
    return "".join(marks[page].get(int(kid), "") if not isinstance(kid, pikepdf.Dictionary) else _text_of(kid, marks) for kid in kids)


def _marked_text(page: Any) -> dict[int, str]:
    """The text of each marked content of a page."""
    letters = {name: _letters(font) for name, font in page.Resources.Font.items()}
    marked: dict[int, str] = {}
    nest: list[int | None] = []
    font: dict[str, str] = {}
    for operands, operator in pikepdf.parse_content_stream(page):
        match str(operator):
            case "BDC":
                number = operands[1].get("/MCID") if isinstance(operands[1], pikepdf.Dictionary) else None
                nest.append(int(number) if number is not None else None)
            case "BMC":
                nest.append(None)
            case "EMC":
                nest.pop()
            case "Tf":
                font = letters[str(operands[0])]
            case "Tj" | "TJ":
                parts = [operands[0]] if str(operator) == "Tj" else operands[0]
                codes = "".join(bytes(part).hex() for part in parts if isinstance(part, pikepdf.String))
                number = next((one for one in reversed(nest) if one is not None), -1)
                marked[number] = marked.get(number, "") + "".join(font[code] for code in re.findall("....", codes))
    return marked


def _letters(font: Any) -> dict[str, str]:
    pairs = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>", font.ToUnicode.read_bytes())
    return {code.decode(): bytes.fromhex(text.decode()).decode("utf-16-be") for code, text in pairs}


def assert_archival(printed: bytes, lang: str) -> None:
    """A PDF claims PDF/A-3a and PDF/UA-1, with what both ask for."""
    with pikepdf.open(BytesIO(printed)) as pdf:
        root = pdf.Root
        with pdf.open_metadata() as meta:
            assert (meta["pdfaid:part"], meta["pdfaid:conformance"], meta["pdfuaid:part"]) == ("3", "A", "1")
            assert meta["dc:title"] and meta["xmp:CreateDate"]
        metadata = root.Metadata.read_bytes()
        assert metadata.count(b"<rdf:RDF") == 1 and b"pdfaExtension:schemas" in metadata
        assert root.OutputIntents[0].S == "/GTS_PDFA1"
        assert root.StructTreeRoot.ParentTree and bool(root.MarkInfo.Marked) and bool(root.ViewerPreferences.DisplayDocTitle)
        assert str(root.Lang) == ("en" if lang == "en" else "zh-CN")
        assert pdf.pdf_version >= "1.7" and "/Encrypt" not in pdf.trailer
        assert [str(file.AFRelationship) for file in root.AF] == ["/Data"] * len(root.AF) and len(root.AF) >= 1
        things = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]
        assert all(str(thing.Alt) for thing in things if thing.get("/S") == "/Figure")
        assert all(thing.A.Scope for thing in things if thing.get("/S") == "/TH")
        assert not [thing for thing in things if thing.get("/Interpolate")]
        assert not pdf.check_pdf_syntax()


def _run(command: list[str], pdf: bytes) -> bytes:
    """The output of a command about a PDF; MuPDF reads only from a real file, so FILE stands for one."""
    with NamedTemporaryFile(suffix=".pdf") as file:
        file.write(pdf)
        file.flush()
        return subprocess.run([file.name if word == "FILE" else word for word in command], capture_output=True, check=True).stdout
