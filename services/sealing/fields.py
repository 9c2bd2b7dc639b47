"""Empty places for signatures, made before the seal: tagged and named, so that a screen reader finds them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String

if TYPE_CHECKING:
    from services.sealing.signing import Place

PRINTED = 4  # a flag of annotations
SIGNATURES, APPENDED = 1, 2  # flags of forms: has signatures, may only be added to


def with_places(pdf: bytes, places: Sequence[Place]) -> bytes:
    """The file with an empty field for each place. Raises `ValueError` for a name given twice or a page that is not there."""
    with pikepdf.open(BytesIO(pdf)) as document:
        form = document.Root.get("/AcroForm")
        if form is None:
            form = document.Root.AcroForm = document.make_indirect(Dictionary(Fields=Array()))
        form.SigFlags = SIGNATURES | APPENDED
        taken = {str(each.get("/T", "")) for each in form.Fields}
        for place in places:
            if place.name in taken or not -len(document.pages) <= place.page < len(document.pages):
                raise ValueError(f"no place for {place.name!r} on page {place.page}")
            taken.add(place.name)
            form.Fields.append(_field(document, place))
        out = BytesIO()
        document.save(out, deterministic_id=True, fix_metadata_version=False, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return out.getvalue()


def _field(document: pikepdf.Pdf, place: Place) -> Any:
    page = document.pages[place.page]
    left, bottom, right, top = place.box
    empty = document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, right - left, top - bottom]))
    empty.Resources = Dictionary()
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Sig,
            T=String(place.name),
            TU=String(place.label),
            Rect=Array(list(place.box)),
            F=PRINTED,
            P=page.obj,
            AP=Dictionary(N=empty),
        )
    )
    if "/Annots" not in page:
        page.Annots = Array()
    page.Annots.append(field)
    page.Tabs = Name.S
    field.StructParent = _tag(document, page, field, place.label)
    return field


def _tag(document: pikepdf.Pdf, page: pikepdf.Page, field: Any, label: str) -> int:
    """Put the field into the structure tree as a form; answers its number in the tree of parents."""
    tree = document.Root.StructTreeRoot
    top = tree.K[0] if isinstance(tree.K, Array) else tree.K
    element = document.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Form, P=top, Pg=page.obj, Alt=String(label)))
    element.K = Dictionary(Type=Name.OBJR, Obj=field, Pg=page.obj)
    kids = top.get("/K")
    top.K = Array([*(kids if isinstance(kids, Array) else [] if kids is None else [kids]), element])
    parents = pikepdf.NumberTree(tree.ParentTree)
    number = max(int(tree.get("/ParentTreeNextKey", 0)), max(parents.keys(), default=-1) + 1)
    parents[number] = element
    tree.ParentTreeNextKey = number + 1
    return number
