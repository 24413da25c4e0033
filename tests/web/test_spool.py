"""An upload waits encrypted."""

import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from web.spool import BOX, EncryptedSpool


@given(st.lists(st.integers(0, 3 * BOX), max_size=4), st.integers(0, 4 * BOX))
def test_what_is_written_is_read_again_from_anywhere(sizes: list[int], start: int) -> None:
    pieces = [bytes([n % 251]) * size for n, size in enumerate(sizes, start=1)]
    whole = b"".join(pieces)
    spool = EncryptedSpool()
    for piece in pieces:
        assert spool.write(piece) == len(piece)
    assert spool.seek(0, io.SEEK_END) == len(whole)
    assert spool.seek(start) == start
    assert b"".join(iter(lambda: spool.read(10_000), b"")) == whole[start:]
    assert spool.tell() == max(start, len(whole))


def test_nothing_plain_reaches_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "spool"
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: kept.open("w+b"))
    spool = EncryptedSpool()
    spool.write("金丝雀".encode() * BOX)
    spool._file.flush()
    written = kept.read_bytes()
    assert len(written) > BOX
    assert "金丝雀".encode() not in written


def test_closed_spool_holds_nothing() -> None:
    spool = EncryptedSpool()
    spool.write(b"x" * (BOX + 5))
    spool.close()
    spool.close()
    assert not spool._tail
    assert spool._file.closed
