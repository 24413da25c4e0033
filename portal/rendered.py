"""Pages as they were rendered, kept in this process for whoever asks next."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from threading import Lock
from typing import NamedTuple

# What Python spends on an entry besides key and page themselves, generously.
_OVERHEAD = 2048
# A page larger than this part of the room would throw out too many others.
_LARGEST = 8


class Rendered(NamedTuple):
    """A page: its headers as the view gave them, and its bytes."""

    headers: Sequence[tuple[str, str]]
    body: bytes


class RenderedPages:
    """The pages asked for last, up to a number of bytes; for all threads of the process.

    A page is found by its whole key, compared for equality. Nothing is ever taken for newer than
    it is: the key holds everything the page was made from.
    """

    def __init__(self, room: int) -> None:
        """Make room.

        Args:
            room: bytes; 0 keeps nothing.
        """
        self._room = room
        self._free = room
        self._kept: OrderedDict[Hashable, Rendered] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> Rendered | None:
        """The page of that very key, or None."""
        with self._lock:
            page = self._kept.get(key)
            if page is not None:
                self._kept.move_to_end(key)
            return page

    def put(self, key: Hashable, page: Rendered) -> None:
        """Keep a page; those not asked for the longest make room."""
        if _size(key, page) > self._room // _LARGEST:
            return
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = page
            self._free -= _size(key, page)
            while self._free < 0:
                self._free += _size(*self._kept.popitem(last=False))


def _size(key: Hashable, page: Rendered) -> int:
    """Bytes that an entry takes; a visitor chooses how long an address is, so it counts too."""
    headers = sum(len(name) + len(value) for name, value in page.headers)
    return _OVERHEAD + len(repr(key)) + headers + len(page.body)
