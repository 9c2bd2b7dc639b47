"""The two faces that every paper is printed in, cut once from the variable Noto Sans SC.

`python -m services.papers.fonts build/fonts` makes `NotoSansSC-Regular.ttf` and `NotoSansSC-Bold.ttf`: static
TrueType, 1,000 units to the em. Static, because PDF embeds no variable font; TrueType, because MuPDF shows
every Chinese character of the regional OpenType (CFF) cut blank. The same source gives the same bytes, so a
record printed again is the same paper again.

It needs fontTools and the standard library alone, so that it runs before anything else is in place.
"""

import hashlib
import importlib.util
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

# fontTools is imported where the faces are cut, once in the life of an installation: a server asks here only where they lie.
if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FAMILY = "Noto Sans SC"
WEIGHTS = {"Regular": 400, "Bold": 700}
FILES = {style: f"NotoSansSC-{style}.ttf" for style in WEIGHTS}
LICENCE = "OFL.txt"

_RECIPE = "1"  # raise it when the code below would cut a different font
_PACKAGE = "justmytype_intl_cjk"
_SOURCE = "fonts/ofl/notosanssc/NotoSansSC[wght].ttf"
_MADE_FROM = "made-from.txt"

# Numbers from the OpenType specification: name records, fsSelection and macStyle bits.
_FAMILY_NAME, _STYLE_NAME, _UNIQUE_NAME, _FULL_NAME, _POSTSCRIPT_NAME = 1, 2, 3, 4, 6
_FIRST_NAME_OF_THE_VARIABLE_FONT = 256
_TYPOGRAPHIC_NAMES = range(16, 26)
_SELECTION_BOLD, _SELECTION_REGULAR, _MAC_BOLD = 1 << 5, 1 << 6, 1 << 0


def font_directory() -> Path:
    """Where the faces lie: `TAIZHANG_FONTS`, or else `build/fonts` in the project, shared by all instances."""
    named = os.environ.get("TAIZHANG_FONTS")
    return Path(named).expanduser() if named else Path(__file__).resolve().parents[2] / "build" / "fonts"


def font_file(style: str = "Regular") -> Path:
    """The file of one face, `Regular` or `Bold`."""
    return font_directory() / FILES[style]


def missing_fonts() -> list[str]:
    """The names of the files that are not there; the cure is `make install`."""
    return [name for name in FILES.values() if not (font_directory() / name).is_file()]


def build(directory: Path) -> None:
    """Cut both weights into `directory`, unless they are there already, cut from this source by this recipe."""
    source = _source()
    made_from = _fingerprint(source)
    note = directory / _MADE_FROM
    wanted = [directory / name for name in (*FILES.values(), LICENCE)]
    if note.is_file() and note.read_text("utf-8") == made_from and all(path.is_file() for path in wanted):
        return
    print(f"Cutting {FAMILY} into {directory}, once: about half a minute", flush=True)
    directory.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    with ProcessPoolExecutor(max_workers=len(WEIGHTS)) as pool:
        cuts = {pool.submit(cut, source, style, directory / FILES[style]): style for style in WEIGHTS}
        for done in as_completed(cuts):
            size = done.result()
            print(f"  {FILES[cuts[done]]}: {size / 1e6:.1f} MB, {time.monotonic() - started:.0f} s", flush=True)
    for name, content in ((LICENCE, source.with_name(LICENCE).read_bytes()), (_MADE_FROM, made_from.encode())):
        with _put_in_place(directory / name) as unfinished:
            unfinished.write_bytes(content)


def cut(source: Path, style: str, target: Path) -> int:
    """Pin the weight axis of `source` at one weight, name the result so that fontconfig finds it, and write it."""
    from fontTools.ttLib import TTFont
    from fontTools.varLib import instancer

    font = TTFont(source, recalcTimestamp=False)
    instancer.instantiateVariableFont(font, {"wght": WEIGHTS[style]}, inplace=True)
    if font["head"].unitsPerEm != 1000:
        raise ValueError(f"{source.name} has {font['head'].unitsPerEm} units to the em; the printer counts on 1,000")
    _name(font, style)
    with _put_in_place(target) as unfinished:
        font.save(unfinished)
        return unfinished.stat().st_size


def _name(font: "TTFont", style: str) -> None:
    names = font["name"]
    names.names = [
        record
        for record in names.names
        if record.platformID == 3 and record.nameID < _FIRST_NAME_OF_THE_VARIABLE_FONT and record.nameID not in _TYPOGRAPHIC_NAMES
    ]
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    full = FAMILY if style == "Regular" else f"{FAMILY} {style}"
    for name_id, text in (
        (_FAMILY_NAME, FAMILY),
        (_STYLE_NAME, style),
        (_UNIQUE_NAME, f"{font['head'].fontRevision:.3f};{postscript}"),
        (_FULL_NAME, full),
        (_POSTSCRIPT_NAME, postscript),
    ):
        names.setName(text, name_id, 3, 1, 0x409)
    bold = style == "Bold"
    os2, head = font["OS/2"], font["head"]
    os2.usWeightClass = WEIGHTS[style]
    os2.panose.bWeight = 8 if bold else 5
    os2.fsSelection &= ~(_SELECTION_BOLD | _SELECTION_REGULAR)
    os2.fsSelection |= _SELECTION_BOLD if bold else _SELECTION_REGULAR
    head.macStyle = head.macStyle | _MAC_BOLD if bold else head.macStyle & ~_MAC_BOLD
    if "STAT" in font:  # it tells of axes that are no longer there
        del font["STAT"]


def _source() -> Path:
    package = importlib.util.find_spec(_PACKAGE)  # found, not imported: only its data is wanted
    if package is None or package.origin is None:
        raise SystemExit("The package justmytype-intl-cjk, which carries the font, is not installed: run `make install`.")
    return Path(package.origin).parent / _SOURCE


def _fingerprint(source: Path) -> str:
    import fontTools

    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    return f"{source.name} {digest}, recipe {_RECIPE}, fontTools {fontTools.version}\n"


@contextmanager
def _put_in_place(target: Path) -> Iterator[Path]:
    """Give a path to write to, and rename it to `target` at the end: no reader ever meets half a font."""
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    unfinished = Path(name)
    try:
        yield unfinished
        unfinished.chmod(0o644)  # mkstemp lets only its owner read
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else font_directory())
