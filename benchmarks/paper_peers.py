"""One register printed by one printer in a process of its own: `python -m benchmarks.paper_peers PRINTER ROWS FOLDER`.

All print the same rows: ten columns, the longer texts three lines high. Each loads what it needs and makes the rows, then is
`ready`, and then prints; processor time and peak memory of both moments are told on one line.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

Print = Callable[[], Any]

TITLE = "客户投诉记录表"
AT = datetime(2026, 11, 20, 6, 40, tzinfo=UTC)
HEADS = (
    ("编号", "No.", 19), ("受理时间", "Received", 20), ("房号", "Unit", 24), ("投诉人", "Complainant", 17), ("电话", "Phone", 22),
    ("渠道", "Channel", 14), ("投诉内容", "Complaint", 50), ("责任岗位", "Post", 17), ("处理结果", "Result", 50), ("业主意见", "Owner", 18),
)  # fmt: skip
NAMES = ("徐涛", "马文静", "黄秀英", "郑伟", "何晓燕", "孙志远", "刘芳", "陈国强", "赵丽", "周凯")
STYLE = (
    "@page{size:A4 landscape;margin:12mm} body{font:8.5pt 'Noto Sans SC'} table{border-collapse:collapse;width:100%} "
    "thead{display:table-header-group} tr{break-inside:avoid} td,th{border:.4pt solid;padding:1mm;height:12mm}"
)


def row(number: int) -> tuple[str, ...]:
    """A complaint; no two are alike."""
    content = f"第 {number} 号：绿化喷淋早六点启动，水溅入阳台，孩子被吵醒，业主要求改时间并书面答复，第 {number * 13 % 977} 条"
    result = f"喷淋改为 9:{number % 60:02}，调整喷头 {number * 17 % 389} 处；已电话答复业主，约定三日后回访并登记"
    house = f"{number % 12 + 1}栋{number % 3 + 1}单元{number % 18 + 1:02}0{number % 4 + 1}"
    at = f"{1 + number % 12:02}-{1 + number % 28:02} {number % 24:02}:{number * 7 % 60:02}"
    phone = f"138****{number * 37 % 10000:04}"
    return f"TS-2026-{number:05}", at, house, NAMES[number % 10], phone, "电话", content, "环境、秩序", result, "满意"


def rows(many: int) -> list[tuple[str, ...]]:
    """The rows that every printer prints."""
    return [row(number) for number in range(1, many + 1)]


def ours(many: int, folder: Path) -> Print:
    """The register painted, tagged, with its rows as JSON and CSV inside."""
    paint = _painting(many)
    return lambda: _write(folder / "ours.pdf", paint())


def signed(many: int, folder: Path) -> Print:
    """The same under the seal of the house."""
    from services.sealing import pades
    from services.sealing.keys import held
    from services.sealing.signing import sealed

    keys = folder / "keys"
    keys.mkdir(mode=0o700, exist_ok=True)
    seal, paint = held(keys, b"", "Bench", AT), _painting(many)
    assert pades
    return lambda: _write(folder / "signed.pdf", sealed(paint(), seal, AT).pdf)


def _painting(many: int) -> Callable[[], bytes]:
    from services.papers.printing import Book, Column, Row, print_book

    columns = tuple(Column(f"c{place}", zh, en, width) for place, (zh, en, width) in enumerate(HEADS))
    paper = Book(
        title_zh=TITLE, title_en="Complaint record", organisation_zh="锦绣花园物业服务中心", columns=columns, rows_per_page=10,
        rows=[Row(each) for each in rows(many)], book="2026", code="7F3A92C41E07A52D", printed_at=AT,
    )  # fmt: skip
    return lambda: print_book(paper, "zh")


def _write(file: Path, content: bytes) -> None:
    file.write_bytes(content)


def html(many: int) -> str:
    """The rows as a plain table."""
    heads = "".join(f"<th>{zh}</th>" for zh, _en, _width in HEADS)
    lines = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in each) + "</tr>" for each in rows(many))
    table = f"<h1>{TITLE}</h1><table><thead><tr>{heads}</tr></thead>{lines}</table>"
    return f"<!doctype html><html lang=zh><meta charset=utf-8><title>{TITLE}</title><style>{STYLE}</style>{table}"


def weasyprint(many: int, folder: Path) -> Print:
    """A plain HTML table through WeasyPrint, tagged as PDF/UA alone."""
    import weasyprint

    page = html(many)
    return lambda: weasyprint.HTML(string=page).write_pdf(folder / "weasyprint.pdf", pdf_variant="pdf/ua-1")


def chromium(many: int, folder: Path) -> Print:
    """The same table printed by Chromium, tagged."""
    page = folder / "table.html"
    page.write_text(html(many), "utf-8")
    where = f"--print-to-pdf={folder / 'chromium.pdf'}"
    flags = ("--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--export-tagged-pdf", "--no-zygote")
    command = ["chromium", *flags, f"--user-data-dir={folder / 'chromium'}", where, page.as_uri()]

    def print_page() -> None:
        subprocess.run(command, check=True, capture_output=True)

    return print_page


def reportlab(many: int, folder: Path) -> Print:
    """ReportLab's table of paragraphs, which is not tagged."""
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.lib.units import mm
    from reportlab.pdfbase.pdfmetrics import registerFont
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate

    from services.papers.fonts import font_file

    held = rows(many)

    def print_page() -> None:
        registerFont(TTFont("Noto", str(font_file())))
        style = ParagraphStyle("cell", fontName="Noto", fontSize=8.5, leading=11, wordWrap="CJK")
        lines = [[Paragraph(zh, style) for zh, _en, _width in HEADS]]
        lines += [[Paragraph(escape(cell), style) for cell in each] for each in held]
        widths = [width * mm for _zh, _en, width in HEADS]
        table = LongTable(lines, colWidths=widths, repeatRows=1, style=[("GRID", (0, 0), (-1, -1), 0.4, "black")])
        SimpleDocTemplate(str(folder / "reportlab.pdf"), pagesize=landscape(A4), title=TITLE).build([table])

    return print_page


def typst(many: int, folder: Path) -> Print:
    """Typst's table, tagged as this version does by itself."""
    import typst as engine

    from services.papers.fonts import font_directory

    (folder / "rows.json").write_text(json.dumps(rows(many), ensure_ascii=False), "utf-8")
    widths = ", ".join(f"{width}fr" for _zh, _en, width in HEADS)
    heads = ", ".join(f"[{zh}]" for zh, _en, _width in HEADS)
    source = folder / "table.typ"
    source.write_text(
        '#set page("a4", flipped: true, margin: 12mm)\n#set text(font: "Noto Sans SC", size: 8.5pt, lang: "zh")\n'
        f"#table(columns: ({widths}), inset: 1mm, stroke: .4pt, table.header({heads}), "
        '..json("rows.json").flatten())\n',
        "utf-8",
    )

    def print_page() -> None:
        engine.compile(str(source), output=str(folder / "typst.pdf"), font_paths=[str(font_directory())])

    return print_page


PRINTERS: dict[str, Callable[[int, Path], Print]] = {each.__name__: each for each in (ours, signed, typst, reportlab, chromium, weasyprint)}


def spent() -> tuple[float, float]:
    """Seconds of processor time of this process and those it waited for, and peak megabytes of the largest of them.

    The peak is read from the kernel's own account of this program, since that of `getrusage` begins with its parent's.
    """
    own, others = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
    cpu = own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime
    return cpu, max(peak, others.ru_maxrss) / 1024


if __name__ == "__main__":
    run = PRINTERS[sys.argv[1]](int(sys.argv[2]), Path(sys.argv[3]))
    ready = spent()
    run()
    print(json.dumps([*ready, *spent()]))
