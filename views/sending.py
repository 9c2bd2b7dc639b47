"""A file on its way to the browser, under its own name."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from flask import Response

TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "pdf": "application/pdf",
}


def sent(body: Any, name: str, kind: str, *, inline: bool = False) -> Response:
    """A file with its own name, Chinese or not (RFC 5987); a PDF opens in the browser."""
    name = name.replace("/", "-")
    plain = name.encode("ascii", "ignore").decode().strip(" -") or "taizhang"
    how = "inline" if inline else "attachment"
    headers = {"Content-Disposition": f"{how}; filename=\"{plain}.{kind}\"; filename*=UTF-8''{quote(name)}.{kind}"}
    return Response(body, mimetype=TYPES[kind], headers=headers)
