"""Puts an archive together while it is being sent: nothing is sought in what has left, nothing waits on a disk."""

from __future__ import annotations

import struct
import zlib

# What the 32-bit lengths of an archive can say; office programs do not read the longer ones in every place.
MOST_BYTES = 2**32 - 1
# Fast: a workbook is sent once and kept for a while, and three levels more would take twice the time.
LEVEL = 1

_DEFLATED, _LATER_AND_UTF8, _VERSION = 8, 0x0808, 20
_DAY = (1980 - 1980) << 9 | 1 << 5 | 1  # the first day that an archive knows: the same rows make the same file


class TooLarge(OverflowError):
    """An archive or a part of it is larger than its lengths can say."""


class ZipStream:
    """An archive in pieces: `begin` a part, `write` to it, and at the end `close`; each answers with bytes to send on."""

    def __init__(self) -> None:
        self.sent = 0
        self.entries: list[bytes] = []
        self.name = b""
        self._start()

    def _start(self) -> None:
        self.begun = self.sent
        self.squeeze = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self.crc = self.length = self.squeezed = 0

    def begin(self, name: str) -> bytes:
        """End the part that is being written, if there is one, and begin the part `name`."""
        ended = self._end()
        self._start()
        self.name = name.encode()
        header = struct.pack("<4s5H3I2H", b"PK\3\4", _VERSION, _LATER_AND_UTF8, _DEFLATED, 0, _DAY, 0, 0, 0, len(self.name), 0)
        return ended + self._sent(header + self.name)

    def write(self, content: bytes) -> bytes:
        """More of the part; what comes back may be nothing for a while. Raises `TooLarge`."""
        self.crc = zlib.crc32(content, self.crc)
        self.length += len(content)
        return self._squeezed(self.squeeze.compress(content))

    def close(self) -> bytes:
        """End the last part, and with it the archive. Raises `TooLarge`."""
        ended = self._end()
        listed, start = b"".join(self.entries), self.sent
        many = len(self.entries)
        return ended + self._sent(listed + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, many, many, len(listed), start, 0))

    def _end(self) -> bytes:
        if not self.name:
            return b""
        last = self._squeezed(self.squeeze.flush())
        sizes = struct.pack("<3I", self.crc, self.squeezed, self.length)
        last += self._sent(b"PK\7\x08" + sizes)
        about = struct.pack("<4s6H", b"PK\1\2", _VERSION, _VERSION, _LATER_AND_UTF8, _DEFLATED, 0, _DAY)
        self.entries.append(about + sizes + struct.pack("<5H2I", len(self.name), 0, 0, 0, 0, 0, self.begun) + self.name)
        self.name = b""
        return last

    def _squeezed(self, piece: bytes) -> bytes:
        self.squeezed += len(piece)
        return self._sent(piece)

    def _sent(self, piece: bytes) -> bytes:
        self.sent += len(piece)
        if max(self.sent, self.length) > MOST_BYTES:
            raise TooLarge(self.name.decode())
        return piece
