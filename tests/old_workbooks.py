"""Workbooks made by hand: .xls, which nothing that is kept up writes any more, under a password, and with a part of one's own."""

from __future__ import annotations

import base64
import hashlib
import io
import struct
import zipfile
from collections.abc import Sequence

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

SECTOR = 512
END, FAT, FREE = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF


def record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def shared_texts(texts: Sequence[str], length: int = 8000) -> bytes:
    """The record of all texts and those it goes on in; a text that is cut says anew in the next that its signs are wide."""
    bodies = [struct.pack("<II", len(texts), len(texts))]
    for text in texts:
        if len(bodies[-1]) + 8 > length:
            bodies.append(b"")
        bodies[-1] += struct.pack("<HB", len(text), 1)
        signs = text.encode("utf-16-le")
        while signs:
            room = (length - len(bodies[-1])) // 2 * 2
            if room <= 0:
                bodies.append(b"\x01")
                continue
            bodies[-1] += signs[:room]
            signs = signs[room:]
    return record(0x00FC, bodies[0]) + b"".join(record(0x003C, body) for body in bodies[1:])


def make_xls(rows: Sequence[Sequence[str | float]], *, extra: bytes = b"", globals_extra: bytes = b"", sheet: str = "Sheet1") -> bytes:
    """An .xls with one sheet of texts and numbers; `extra` are further records of the sheet, `globals_extra` of the book."""
    texts = [value for row in rows for value in row if isinstance(value, str)]
    begins = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    title = sheet.encode("utf-16-le")
    after = shared_texts(texts)
    place = len(begins) + len(globals_extra) + 4 + 8 + len(title) + len(after) + 4
    book = begins + globals_extra + record(0x0085, struct.pack("<IBBBB", place, 0, 0, len(sheet), 1) + title) + after + record(0x000A)
    cells, number = [], 0
    for down, row in enumerate(rows):
        for across, value in enumerate(row):
            if isinstance(value, str):
                cells.append(record(0x00FD, struct.pack("<HHHI", down, across, 0, number)))
                number += 1
            else:
                cells.append(record(0x0203, struct.pack("<HHHd", down, across, 0, value)))
    page = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0)) + b"".join(cells) + extra + record(0x000A)
    return compound({"Workbook": book + page})


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file as Microsoft's programs of the nineties kept everything in."""
    padded = {name: body.ljust(max(4096, -(-len(body) // SECTOR) * SECTOR), b"\0") for name, body in streams.items()}
    chain: list[int] = []
    folder = entry("Root Entry", 5, END, 0, child=1)
    body = b""
    for number, (name, content) in enumerate(padded.items(), 1):
        first, count = len(chain), len(content) // SECTOR
        chain += [*range(first + 1, first + count), END]
        body += content
        folder += entry(name, 2, first, max(4096, len(streams[name])), right=number + 1 if number < len(padded) else FREE)
    folder = folder.ljust(-(-len(folder) // SECTOR) * SECTOR, b"\0")
    folder_at = len(chain)
    chain += [*range(folder_at + 1, folder_at + len(folder) // SECTOR), END]
    tables = 1
    while (len(chain) + tables) * 4 > tables * SECTOR:
        tables += 1
    table_at = len(chain)
    chain += [FAT] * tables
    packed = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * SECTOR, b"\xff")
    places = [*range(table_at, table_at + tables)]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, tables, folder_at, 0, 4096, END, 0, END, 0
    )
    return header + struct.pack("<109I", *places, *[FREE] * (109 - tables)) + body + folder + packed


def entry(name: str, kind: int, first: int, size: int, *, child: int = FREE, right: int = FREE) -> bytes:
    title = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII36xIII", title, len(title), kind, 1, FREE, right, child, first, size, 0)


def with_part(data: bytes, part: str, content: bytes) -> bytes:
    """The same workbook with one part replaced or added."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        new.writestr(part, content)
    return file.getvalue()


# A workbook under a password, as Excel has kept it since 2010 (MS-OFFCRYPTO 2.3.4.10): AES-256, the key from the password.

_BLOCKS = {
    "verifier": bytes.fromhex("fea7d2763b4b9e79"),
    "digest": bytes.fromhex("d7aa0f6d3061344e"),
    "key": bytes.fromhex("146e0be7abacd0d6"),
}
_INFO = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" '
    'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
    '<keyData saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" '
    'hashAlgorithm="SHA512" saltValue="{salt}"/><dataIntegrity encryptedHmacKey="{salt}" encryptedHmacValue="{salt}"/>'
    '<keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
    '<p:encryptedKey spinCount="1000" saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" '
    'cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512" saltValue="{salt}" encryptedVerifierHashInput="{verifier}" '
    'encryptedVerifierHashValue="{digest}" encryptedKeyValue="{key}"/></keyEncryptor></keyEncryptors></encryption>'
)


def locked(workbook: bytes, password: str) -> bytes:
    """An .xlsx as Excel saves it under a password."""
    salt, key, verifier = bytes(range(16)), bytes(range(16, 48)), bytes(range(48, 64))
    spun = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
    for turn in range(1000):
        spun = hashlib.sha512(struct.pack("<I", turn) + spun).digest()
    told = {"verifier": verifier, "digest": hashlib.sha512(verifier).digest(), "key": key}
    sealed = {name: _aes(hashlib.sha512(spun + _BLOCKS[name]).digest()[:32], salt, body) for name, body in told.items()}
    info = _INFO.format(**{name: base64.b64encode(body).decode() for name, body in {**sealed, "salt": salt}.items()})
    body = b"".join(
        _aes(key, hashlib.sha512(salt + struct.pack("<I", number)).digest()[:16], workbook[at : at + 4096])
        for number, at in enumerate(range(0, len(workbook), 4096))
    )
    package = struct.pack("<Q", len(workbook)) + body
    return compound({"EncryptionInfo": struct.pack("<HHI", 4, 4, 0x40) + info.encode().ljust(4088), "EncryptedPackage": package})


def _aes(key: bytes, start: bytes, body: bytes) -> bytes:
    sealing = Cipher(AES(key), CBC(start)).encryptor()
    return sealing.update(body.ljust(-(-len(body) // 16) * 16, b"\0")) + sealing.finalize()
