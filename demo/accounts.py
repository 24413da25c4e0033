"""The demonstration's accounts and receipts: written once, shown on every start."""

from __future__ import annotations

import json
import os
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_HEADINGS = {
    "username": "用户名 username",
    "password": "口令 password",
    "title": "岗位 role",
    "name": "姓名 name",
    "unit": "单位 unit",
}


@dataclass
class Accounts:
    """The only copy of the demonstration's passwords and receipts."""

    accounts: list[dict[str, str]] = field(default_factory=list, repr=False)
    receipts: list[str] = field(default_factory=list, repr=False)
    # What the holder of each receipt is told, in the same order.
    receipt_notes: list[str] = field(default_factory=list)

    def write(self, path: Path) -> None:
        """Write them to a file that only its owner reads.

        The file is also what marks every page as a demonstration, so it must stand before the
        county is committed.
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        content = {
            "notice": "演示数据，全部虚构 / demonstration data, all fictional",
            "accounts": self.accounts,
            "receipts": self.receipts,
            "receipt_notes": self.receipt_notes,
        }
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file, ensure_ascii=False, indent=1)


def table(path: Path) -> Iterator[str]:
    """The lines to print on a start; none when the installation is no demonstration."""
    if not path.exists():
        return
    content = json.loads(path.read_text(encoding="utf-8"))
    yield ""
    yield "演示账号，全部虚构 / demonstration accounts, all fictional:"
    rows = [_HEADINGS, *content["accounts"]]
    widths = {key: max(_width(row[key]) for row in rows) for key in _HEADINGS}
    for row in rows:
        padded = (row[key] + " " * (widths[key] - _width(row[key])) for key in _HEADINGS)
        yield "  ".join(padded).rstrip()
    yield ""
    yield "查进度用的演示回执 / receipts to follow a report with:"
    for receipt, note in zip(content["receipts"], content["receipt_notes"], strict=True):
        yield f"{receipt}  {note}"


def _width(text: str) -> int:
    """How many columns a terminal gives to a text: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
