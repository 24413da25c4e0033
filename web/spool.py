"""The one place where an upload waits before a view reads it, and there it is encrypted.

Werkzeug would put an upload of more than half a megabyte into a temporary file as it is. What a
reporter sends must not touch the disk in plain text, not even in a file that is gone a second
later (promise 1), so ours is written in boxes under a key that lives and dies with the request.
"""

from __future__ import annotations

import io
import tempfile

from nacl.secret import SecretBox
from nacl.utils import random

BOX = 64 * 1024
_SEALED_BOX = BOX + SecretBox.NONCE_SIZE + SecretBox.MACBYTES


class EncryptedSpool(io.RawIOBase):
    """A temporary file, written once from front to back, then read and sought at will.

    One box of 64 KiB is in memory at a time. The file has no name and goes with the object.
    """

    def __init__(self) -> None:
        self._cipher = SecretBox(random(SecretBox.KEY_SIZE))
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with this object
        self._tail = bytearray()
        self._size = 0
        self._position = 0
        self._cached: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        """It can be read."""
        return True

    def writable(self) -> bool:
        """It can be written, at its end."""
        return True

    def seekable(self) -> bool:
        """It can be sought."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Append bytes, wherever the reading position is."""
        self._tail += data
        while len(self._tail) >= BOX:
            self._file.seek(0, io.SEEK_END)
            self._file.write(self._cipher.encrypt(bytes(self._tail[:BOX])))
            del self._tail[:BOX]
        self._size += len(data)
        self._position = self._size
        return len(data)

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Read on from the position, at most to the end of one box."""
        number, offset = divmod(self._position, BOX)
        piece = self._box(number)[offset : offset + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def _box(self, number: int) -> bytes:
        if number >= self._size // BOX:
            return bytes(self._tail) if number == self._size // BOX else b""
        if self._cached[0] != number:
            self._file.seek(number * _SEALED_BOX)
            self._cached = (number, self._cipher.decrypt(self._file.read(_SEALED_BOX)))
        return self._cached[1]

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move the reading position."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def tell(self) -> int:
        """The reading position."""
        return self._position

    def close(self) -> None:
        """Forget everything."""
        if not self.closed:
            self._file.close()
            self._tail.clear()
            self._cached = (-1, b"")
        super().close()
