"""The words that every paper carries, in both languages, since one sheet may show both at once."""

from collections.abc import Iterable

Said = str | tuple[str, str]
"""Data that reads the same in both languages, or a pair (Chinese, English)."""

LANGUAGES = ("zh", "en", "both")

BINDING = ("装订线", "Binding edge")
BOOK = ("册", "Book")
PAGE = ("第 {page} 页 共 {pages} 页", "Page {page} of {pages}")
SHEET = ("第 {page} 页", "Page {page}")
PREPARED = ("填表人", "Prepared")
REVIEWED = ("审核人", "Reviewed")
APPROVED = ("批准人", "Approved")
DATE = ("日期", "Date")
SEAL = ("盖章处", "Seal")
BLANK_BELOW = ("以下空白", "blank below")
VOID = ("作废", "Void")
LATE = ("补录", "Late entry")
LINE = ("序号", "No.")
NUMBER = ("编号", "No.")
CONTINUED = ("{zh}（续）", "{en} (continued)")
NOTES = ("注", "Notes")
PRINTED = ("打印", "Printed")
ISSUED = ("签发日期", "Issued")
TRAIL = ("留痕", "Trail")
CODE = ("验证码", "Code")
QR = ("验证二维码", "QR code for checking this paper")
ENTRY = ("录入二维码", "QR code for entering this form")
RECORD = ("登记册", "Register")
CUT = ("以“…”结尾的内容未印全，全文见该条记录的单页", "Text ending in … is cut; the whole stands on the record's own form")
MISSING = ("〓 代替字库所缺的字：", "〓 stands for characters missing from the font: ")
SALUTATION = ("", "Dear Sir or Madam,")
FAREWELL = ("", "Yours faithfully,")
ENCLOSURE = ("附件", "Enclosure")
VALID_UNTIL = ("有效期至", "Valid until")
BLANK_FORM = ("空白表", "Blank form")
SIGN_DATE = ("年　　月　　日", "Date")
SHORT = ("未达标", "short of target")
STILL_MISSING = ("尚缺", "Still missing")
WHAT = ("事项", "What")
HOW_MANY = ("数量", "How many")

SIGNED_BY = (PREPARED, REVIEWED, APPROVED)


def spoken(value: Said, lang: str) -> tuple[tuple[str, str], ...]:
    """The (language, text) parts of `value` that a sheet in `lang` ("zh", "en" or "both") shows, in order.

    A side that is empty falls back to the other, and sides that read the same are shown once; so a name without
    a translation is never lost.
    """
    if isinstance(value, str):
        return (("", value),) if value else ()
    zh, en = value
    if lang == "zh":
        return (("zh", zh or en),) if zh or en else ()
    if lang == "en":
        return (("en", en or zh),) if zh or en else ()
    return tuple((tongue, text) for tongue, text in (("zh", zh), ("en", en if en != zh else "")) if text)


def joined(value: Said, lang: str, between: str = " ") -> str:
    """The same as one text."""
    return between.join(text for _, text in spoken(value, lang))


def filled(term: tuple[str, str], **values: object) -> tuple[str, str]:
    """A term with its placeholders filled in, on both sides."""
    return term[0].format(**values), term[1].format(**values)


def listed(values: Iterable[Said], lang: str) -> list[tuple[tuple[str, str], ...]]:
    """Several values, each as its spoken parts; empty ones left out."""
    return [parts for value in values if (parts := spoken(value, lang))]
