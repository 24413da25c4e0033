"""Ten thousand rows: few statements, and memory to spare. Time is measured in benchmarks/imports.py."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from benchmarks import workbooks
from domain import imports
from domain.db import Session
from tests.fixtures.county import NOW

ROOT = Path(__file__).parent.parent.parent.parent
IN_A_PROCESS_OF_ITS_OWN = """
import sys
from datetime import UTC, datetime
from benchmarks import memory
from domain import imports
from domain.db import Session, make_engine

with Session(make_engine(sys.argv[1])) as session, open(sys.argv[2], "rb") as file:
    outcome = imports.apply(session, imports.read(file), None, datetime(2026, 11, 20, tzinfo=UTC))
    assert outcome.applied, outcome.problems[:3]
    session.commit()
print(memory.peak())
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("large") / "large.xlsx"
    with path.open("wb") as file:
        workbooks.write(file, 10_000)
    return path


def statements(engine: Engine, file: io.BytesIO) -> int:
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    with Session(engine) as session:
        assert imports.apply(session, imports.read(file), None, NOW).applied
        session.commit()
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(sent)


def test_statements_do_not_grow_with_rows(engine: Engine, large: Path) -> None:
    assert statements(engine, io.BytesIO(large.read_bytes())) < 100


def test_memory_stays_below_300_mb(sqlite_url: str, large: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_A_PROCESS_OF_ITS_OWN, sqlite_url, str(large)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 300 * 1024
