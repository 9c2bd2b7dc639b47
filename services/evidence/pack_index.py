"""The index of an evidence pack as a page that opens without the network, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from models.core.message import Message, _

STYLE = (
    "body{font:14px/22px 'Noto Sans SC','Microsoft YaHei',sans-serif;margin:32px;color:#1D2025}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #CFC7B5;padding:4px 8px;text-align:left;vertical-align:top}td.d{font-family:monospace;overflow-wrap:anywhere}"
    "h1{font-size:20px}h2{font-size:16px;margin-top:28px}"
)


def drawn(facts: dict[str, Any], files: Sequence[dict[str, Any]], made_at: datetime) -> bytes:
    """The page: what the pack is, how it is checked, and every file with its digest."""
    head: list[tuple[Message, str]] = [
        (_("Company"), facts["company"]),
        (_("Site"), f"{facts['site']['zh']} {facts['site']['en']} {facts['site']['code']}"),
        (_("Days"), f"{facts['from']} – {facts['to']}"),
        (_("Made at"), f"{made_at:%Y-%m-%d %H:%M}"),
        (_("Made by"), facts["made_by"]),
        (_("Entries of the trail"), f"{facts['entries'][0]:,} – {facts['entries'][1]:,}"),
    ]
    title = _both(_("Evidence pack"))
    listed = _table(
        (_("File"), _("Title"), _("Number"), "SHA-256"), ((each["name"], _named(each), _about(each), each["sha256"]) for each in files)
    )
    lacking = facts["lacking"]
    parts = [
        Markup("<h1>{}</h1><dl>{}</dl>").format(title, Markup("").join(_pair(label, value) for label, value in head)),
        Markup("<h2>{}</h2><p>{}</p><pre>python3 verify_trail.py …zip</pre>").format(_both(_("How to check it")), _both(CHECK)),
        Markup("<h2>{}</h2>{}").format(_both(_("Files")), listed),
    ]
    if lacking:
        rows = ((each["name"], _named(each), _about(each), each["sha256"]) for each in lacking)
        table = _table((_("File"), _("Title"), _("Number"), "SHA-256"), rows)
        parts.append(Markup("<h2>{}</h2>{}").format(_both(_("Papers whose file is destroyed or missing")), table))
    body = Markup("").join(parts)
    page = Markup('<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{}</title><style>{}</style><body>{}</body></html>\n')
    return page.format(title, Markup(STYLE), body).encode()


CHECK = _(
    "The script checks the signed index, every file, the checkpoints and the chain of the trail; Python 3.9 or later is enough. "
    "Compare the fingerprint that it prints with one that you were given on another way. The seal is the tamper-evident system "
    "seal of the unit, and no electronic signature of a person."
)


def _both(message: Message) -> str:
    zh, en = message.say("zh"), message.say("en")
    return zh if zh == en else f"{zh} {en}"


def _pair(label: Message, value: str) -> Markup:
    return Markup("<dt>{}</dt><dd>{}</dd>").format(_both(label), value)


def _named(each: dict[str, Any]) -> str:
    return str(each["zh"] if each["zh"] == each["en"] else f"{each['zh']} {each['en']}")


def _about(each: dict[str, Any]) -> str:
    return " ".join(str(each[key]) for key in ("number", "code") if each.get(key))


def _table(headings: Iterable[Message | str], rows: Iterable[Sequence[str]]) -> Markup:
    head = Markup("").join(Markup("<th>{}</th>").format(each if isinstance(each, str) else _both(each)) for each in headings)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td{}>{}</td>").format(_look(place), escape(cell)) for place, cell in enumerate(row))
        )
        for row in rows
    )
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)


def _look(place: int) -> Markup:
    return Markup(' class="d"') if place == 3 else Markup("")
