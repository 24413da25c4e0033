"""The folder of an embedded engine: the live index, others in the making, and who may write.

A file ``current`` names the folder of the live index. Another index is filled beside it and takes
its place when the file is replaced, which is one step for every process.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

from search.engine import SearchBusy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

WAIT_SECONDS = 10.0
_POLL_SECONDS = 0.02
_POINTER = "current"
_PREFIX = "index-"


class Folders:
    """The indexes in one folder. Only the account that runs the site may look inside (0700)."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def live(self) -> Path | None:
        """The folder of the live index; None when none was ever finished."""
        try:
            return self.root / (self.root / _POINTER).read_text()
        except FileNotFoundError:
            return None

    def create(self) -> Path:
        """A new, empty folder beside the live one."""
        folder = self.root / f"{_PREFIX}{uuid4().hex}"
        folder.mkdir(mode=0o700)
        return folder

    def promote(self, folder: Path) -> None:
        """Make a folder the live one, in one step that survives a power cut."""
        pointer = self.root / f"{_POINTER}.{uuid4().hex}"
        pointer.write_text(folder.name)
        to_disk(pointer)
        pointer.replace(self.root / _POINTER)
        to_disk(self.root)

    def sweep(self, *, keep: Path | None = None) -> None:
        """Remove all folders but the live one and ``keep``; who still reads one is not disturbed."""
        kept = {folder for folder in (self.live(), keep) if folder}
        for folder in self.root.glob(f"{_PREFIX}*"):
            if folder not in kept:
                shutil.rmtree(folder, ignore_errors=True)
        for pointer in self.root.glob(f"{_POINTER}.*"):
            pointer.unlink(missing_ok=True)

    @contextmanager
    def locked(self, name: str, wait: float = WAIT_SECONDS) -> Iterator[None]:
        """Hold a lock that ends with the process, however it ends.

        Raises:
            SearchBusy: someone else holds it and goes on doing so for ``wait`` seconds.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(self.root / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            _acquire(handle, time.monotonic() + wait)
            yield
        finally:
            os.close(handle)


def _acquire(handle: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise SearchBusy("another process is writing to the index") from None
            time.sleep(_POLL_SECONDS)
        else:
            return


def to_disk(path: Path) -> None:
    """Wait until a file or folder has reached the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
