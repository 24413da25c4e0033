"""Import of a large workbook, beside plain readings of the same file by others.

`python -m benchmarks.imports --rows 10000 [--json]`. Each way runs in a process of its own. The peers
only read cells; ours also finds merged cells, turns cells into values, compares them with the
database and, in the last line, writes everything. python-calamine (Rust) is measured when it is
installed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import memory, workbooks

if TYPE_CHECKING:
    from collections.abc import Callable


def _openpyxl(path: Path, *, read_only: bool) -> int:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=read_only, data_only=True)
    return sum(1 for sheet in book for _ in sheet.iter_rows(values_only=True))


def _calamine(path: Path) -> int:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(str(path))
    return sum(len(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)


def _ours(path: Path, *, again: bool, write: bool) -> int:
    import migrations
    from domain import imports
    from domain.db import Session, make_engine

    engine = make_engine(f"sqlite:///{path.with_suffix('.db')}")
    if not again:
        migrations.upgrade(engine)
    with Session(engine) as session, path.open("rb") as file:
        if write:
            outcome = imports.apply(session, imports.read(file), None, datetime.now(UTC))
        else:
            outcome = imports.check(session, imports.read(file), None)
        session.commit()
    return sum(count.total for count in outcome.counts.values())


WAYS: dict[str, Callable[[Path], int]] = {
    "openpyxl": lambda path: _openpyxl(path, read_only=False),
    "openpyxl, read only": lambda path: _openpyxl(path, read_only=True),
    "python-calamine": _calamine,
    "ours: check": lambda path: _ours(path, again=False, write=False),
    "ours: apply": lambda path: _ours(path, again=True, write=True),
    "ours: apply again": lambda path: _ours(path, again=True, write=True),
}


def measure(way: str, path: Path) -> dict[str, Any]:
    """Run one way in this process."""
    start = time.perf_counter()
    rows = WAYS[way](path)
    seconds = time.perf_counter() - start
    return {
        "way": way,
        "rows": rows,
        "seconds": round(seconds, 2),
        "peak_mib": round(memory.peak() / 1024, 1),
    }


def run(rows: int) -> list[dict[str, Any]]:
    """Measure all ways on a workbook of so many rows."""
    results = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        with path.open("wb") as file:
            workbooks.write(file, rows)
        for way in WAYS:
            if way == "python-calamine" and find_spec("python_calamine") is None:
                continue
            command = [
                sys.executable,
                "-m",
                "benchmarks.imports",
                "--way",
                way,
                "--file",
                str(path),
            ]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - ourselves
            results.append(json.loads(done.stdout))
    return results


def main() -> None:
    """Print a table, or JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--way", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        print(json.dumps(measure(asked.way, asked.file)))
        return
    results = run(asked.rows)
    if asked.json:
        print(json.dumps({"rows": asked.rows, "results": results}, ensure_ascii=False, indent=2))
        return
    print(f"{'':22} {'rows':>8} {'seconds':>9} {'peak MiB':>9}")
    for result in results:
        print("{way:22} {rows:8} {seconds:9.2f} {peak_mib:9.1f}".format(**result))


if __name__ == "__main__":
    main()
