"""The parts of a workbook that are the same for all rows: styles, the head and foot of a sheet, what binds the sheets together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from services.exchange.workbook import column_letters

LIST_SIGNS = 255
LISTS = "_lists"  # the hidden sheet of the words that are too many for a rule
# Rows under the last in which the words of a list are still offered.
NEW_ROWS = 1_000
# Signs side by side that can still be read when they are drawn together on one sheet of A4 across.
PRINTED_SIGNS = 260

# The styles by their place in `STYLES`.
BODY, LONG, HEADING, MOMENT, DAY, MONEY = range(6)

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TOP = '<alignment vertical="top"/>'

STYLES = (
    f'{_HEAD}<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy-mm-dd hh:mm"/><numFmt numFmtId="165" formatCode="yyyy-mm-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="3"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FFEEF1F4"/><bgColor indexed="64"/></patternFill></fill></fills>'
    '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
    '<border><left/><right/><top/><bottom style="thin"><color auto="1"/></bottom><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6">'
    f'<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1">{_TOP}</xf>'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>'
    '<xf numFmtId="0" fontId="1" fillId="2" borderId="1" xfId="0" applyFont="1" applyFill="1" applyBorder="1" applyAlignment="1">'
    '<alignment vertical="center" wrapText="1"/></xf>'
    + "".join(
        f'<xf numFmtId="{code}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyAlignment="1">{_TOP}</xf>'
        for code in (164, 165, 4)
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its name, the rows it has with the heading, and whether it is hidden."""

    name: str
    rows: int
    hidden: bool = False


def fits_a_rule(words: Sequence[str]) -> bool:
    """Whether the words of a list can stand in the rule of a column itself."""
    return len(",".join(words)) <= LIST_SIGNS and not any("," in word for word in words)


def sheet_head(widths: Sequence[tuple[float, int]], *, shown: bool) -> str:
    """A sheet until its first row: a heading that stands still, and for each column its width and style; printed on one width of paper."""
    chosen = ' tabSelected="1"' if shown else ""
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/><selection pane="bottomLeft"/>'
    cols = "".join(
        f'<col min="{place}" max="{place}" width="{width:g}" style="{style}" customWidth="1"/>'
        for place, (width, style) in enumerate(widths, 1)
    )
    views = f'<sheetViews><sheetView{chosen} workbookViewId="0">{pane}</sheetView></sheetViews>'
    said = f"<cols>{cols}</cols>" if cols else ""
    fitted = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>' if sum(width for width, _style in widths) <= PRINTED_SIGNS else ""
    return f'{_HEAD}<worksheet xmlns="{_MAIN}">{fitted}{views}<sheetFormatPr defaultRowHeight="15"/>{said}<sheetData>'


def sheet_foot(rows: int, columns: int, choices: Sequence[tuple[int, Sequence[str], str]], most: int) -> str:
    """A sheet after its last row: the filter over the heading, and the lists of words.

    `choices` are a column, its words and the place where they stand if they are too many for the rule itself.
    """
    said = "</sheetData>"
    if columns:
        said += f'<autoFilter ref="A1:{column_letters(columns - 1)}{max(rows, 2)}"/>'
    rules = [_rule(column, words, place, min(rows + NEW_ROWS, most)) for column, words, place in choices]
    if rules:
        said += f'<dataValidations count="{len(rules)}">{"".join(rules)}</dataValidations>'
    return f'{said}<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>'


def _rule(column: int, words: Sequence[str], place: str, last: int) -> str:
    letters = column_letters(column)
    source = place or '"{}"'.format(",".join(words).replace('"', '""'))
    return (
        '<dataValidation type="list" errorStyle="warning" allowBlank="1" showInputMessage="1" showErrorMessage="1" '
        f'sqref="{letters}2:{letters}{last}"><formula1>{escape(source)}</formula1></dataValidation>'
    )


def list_place(column: int, words: Sequence[str]) -> str:
    """Where the words of a list stand on the hidden sheet, as a formula names it."""
    letters = column_letters(column)
    return f"{LISTS}!${letters}$1:${letters}${len(words)}"


def list_sheet(lists: Sequence[Sequence[str]]) -> str:
    """The hidden sheet: each list of words in a column of its own."""
    rows = "".join(
        f'<row r="{row}">'
        + "".join(
            f'<c r="{column_letters(column)}{row}" t="inlineStr"><is><t>{escape(words[row - 1])}</t></is></c>'
            for column, words in enumerate(lists)
            if row <= len(words)
        )
        + "</row>"
        for row in range(1, max(map(len, lists)) + 1)
    )
    return f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def binding(sheets: Sequence[Sheet], columns: int) -> dict[str, str]:
    """The parts that say which sheets there are, by name; they come last, when all sheets are known."""
    numbered = list(enumerate(sheets, 1))
    listed = "".join(
        f'<sheet name={quoteattr(each.name)} sheetId="{n}"{" state=" + chr(34) + "hidden" + chr(34) if each.hidden else ""} r:id="rId{n}"/>'
        for n, each in numbered
    )
    named = "".join(
        f'<definedName name="_xlnm._FilterDatabase" localSheetId="{n - 1}" hidden="1">'
        f"{escape(_quoted(each.name))}!$A$1:${column_letters(columns - 1)}${max(each.rows, 2)}</definedName>"
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{n - 1}">{escape(_quoted(each.name))}!$1:$1</definedName>'
        for n, each in numbered
        if columns and not each.hidden
    )
    book = f"<sheets>{listed}</sheets>{f'<definedNames>{named}</definedNames>' if named else ''}"
    links = "".join(_link(n, "worksheet", f"worksheets/sheet{n}.xml") for n, _each in numbered)
    parts = "".join(_part(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n, _each in numbered)
    return {
        "xl/styles.xml": STYLES,
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>{book}</workbook>',
        "xl/_rels/workbook.xml.rels": _links(links + _link(len(sheets) + 1, "styles", "styles.xml")),
        "_rels/.rels": _links(_link(1, "officeDocument", "xl/workbook.xml")),
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{_part("/xl/workbook.xml", "sheet.main")}'
        f"{_part('/xl/styles.xml', 'styles')}{parts}</Types>",
    }


def _quoted(name: str) -> str:
    return "'{}'".format(name.replace("'", "''"))


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _links(said: str) -> str:
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


def _part(name: str, kind: str) -> str:
    return f'<Override PartName="{name}" ContentType="{_TYPES}.{kind}+xml"/>'
