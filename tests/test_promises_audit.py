"""Promise 8: the audit chain is complete, shows any edit, and the database refuses to change it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from domain import audit, sealing, staff
from domain.audit import GENESIS, Act, AuditRow
from domain.db import Base, Session
from tests.fixtures.county import NOW

ACTS = 6
TABLE = Base.metadata.tables[AuditRow.__tablename__]


def chain(engine: Engine) -> list[int]:
    """Six rows, like days at work; their numbers."""
    with Session(engine) as session:
        for number in range(1, ACTS + 1):
            audit.record(
                session,
                None,
                "test.act",
                f"test:{number}",
                NOW + timedelta(minutes=number),
                reason=f"理由 {number}",
                count=number,
                nested={"乙": [1, 2.5, None, True], "甲": "“引”"},
            )
        session.commit()
        return list(session.scalars(sa.select(AuditRow.seq).order_by(AuditRow.seq)))


def broken(engine: Engine) -> list[int]:
    with Session(engine) as session:
        return list(audit.breaks(session))


def beneath_the_triggers(engine: Engine, change: Callable[[Connection], object]) -> None:
    """What somebody does who owns the database: no trigger and no constraint stops them."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("ALTER TABLE audit_rows DISABLE TRIGGER ALL"))
        else:
            names = connection.scalars(
                sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            ).all()
            for name in names:
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
        change(connection)


def row(connection: Connection, seq: int) -> dict[str, object]:
    found = connection.execute(sa.select(TABLE).where(TABLE.c.seq == seq)).mappings().one()
    return dict(found)


def setting(seq: int, **values: object) -> Callable[[Connection], object]:
    return lambda c: c.execute(sa.update(TABLE).where(TABLE.c.seq == seq).values(**values))


def deleting(*seqs: int) -> Callable[[Connection], object]:
    return lambda c: c.execute(sa.delete(TABLE).where(TABLE.c.seq.in_(seqs)))


def swap(connection: Connection) -> None:
    """Exchange what rows 3 and 4 say; each keeps its number."""
    third, fourth = row(connection, 3), row(connection, 4)
    deleting(3, 4)(connection)
    connection.execute(sa.insert(TABLE).values(third | {"seq": 4}))
    connection.execute(sa.insert(TABLE).values(fourth | {"seq": 3}))


def insert_between(connection: Connection) -> None:
    """Put a well-made row behind the second, link the third to it and number the rest one higher."""
    second = row(connection, 2)
    rest = [row(connection, seq) for seq in range(3, ACTS + 1)]
    deleting(*range(3, ACTS + 1))(connection)
    made = audit._link(Act(NOW, None, "test.forged", "test:0"), 3, second["hash"])  # type: ignore[arg-type]
    connection.execute(
        sa.insert(TABLE).values({c.name: getattr(made, c.name) for c in TABLE.columns})
    )
    rest[0]["previous"] = made.hash
    for moved in rest:
        connection.execute(sa.insert(TABLE).values(moved | {"seq": int(str(moved["seq"])) + 1}))


def hash_again(connection: Connection) -> None:
    """Edit a row and make its own hash fit again."""
    old = row(connection, 3)
    made = audit._link(Act(NOW, None, "test.harmless", "test:3"), 3, old["previous"])  # type: ignore[arg-type]
    setting(3, at=made.at, action=made.action, reason="", details={}, hash=made.hash)(connection)


@dataclass(frozen=True)
class Tampering:
    change: Callable[[Connection], object]
    seen_at: list[int]


TAMPERINGS = {
    "time": Tampering(setting(3, at=NOW), [3]),
    "action": Tampering(setting(3, action="test.other"), [3]),
    "subject": Tampering(setting(3, subject="test:9"), [3]),
    "reason": Tampering(setting(3, reason="理由 ３"), [3]),
    "details": Tampering(setting(3, details={"count": 4}), [3]),
    "link": Tampering(setting(3, previous=b"\1" * 32), [3]),
    "hash": Tampering(setting(3, hash=b"\1" * 32), [3, 4]),
    "hash made to fit": Tampering(hash_again, [4]),
    "first deleted": Tampering(deleting(1), [2]),
    "one deleted": Tampering(deleting(3), [4]),
    "some deleted": Tampering(deleting(2, 3, 5), [4, 6]),
    "two exchanged": Tampering(swap, [3, 4, 5]),
    "one inserted": Tampering(insert_between, [4, 5, 6, 7]),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_is_done_beneath_the_triggers_shows(both: Engine, name: str) -> None:
    assert chain(both) == list(range(1, ACTS + 1))
    assert broken(both) == []
    beneath_the_triggers(both, TAMPERINGS[name].change)
    assert broken(both) == TAMPERINGS[name].seen_at


def test_another_actor_shows(session: Session, engine: Engine) -> None:

    key = sealing.lock_key(sealing.new_key_pair(), "x")
    person = staff.enrol(session, "a", "甲", frozenset(), key, actor=None, now=NOW)
    session.commit()
    assert broken(engine) == []
    beneath_the_triggers(engine, setting(1, actor_id=person.id))
    assert broken(engine) == [1]


def test_what_is_cut_off_at_the_end_shows_against_a_copy_of_the_head(both: Engine) -> None:
    chain(both)
    with Session(both) as session:
        kept = audit.head(session)
    beneath_the_triggers(both, deleting(ACTS))
    assert broken(both) == []
    with Session(both) as session:
        assert audit.head(session) != kept
        assert audit.head(session)[0] == ACTS - 1


def test_what_this_session_remembers_hides_nothing(engine: Engine) -> None:
    chain(engine)
    with Session(engine, expire_on_commit=False) as session:
        held = session.scalars(sa.select(AuditRow)).all()
        session.commit()
        beneath_the_triggers(engine, setting(3, reason="改"))
        assert list(audit.breaks(session)) == [3]
        assert len(held) == ACTS


def test_a_part_of_the_chain_may_be_looked_at(engine: Engine) -> None:
    chain(engine)
    beneath_the_triggers(engine, setting(3, reason="改"))
    with Session(engine) as session:
        assert list(audit.breaks(session, most=2)) == []
        assert list(audit.breaks(session, after=2, most=1)) == [3]
        assert list(audit.breaks(session, after=3)) == []


def test_an_empty_chain_has_a_head(session: Session) -> None:
    assert audit.head(session) == (0, GENESIS)
    assert list(audit.breaks(session)) == []


def forged(seq: int, previous: bytes, digest: bytes = b"\7" * 32) -> dict[str, object]:
    return {
        "seq": seq,
        "at": NOW,
        "actor_id": None,
        "action": "test.forged",
        "subject": "test:0",
        "reason": "",
        "details": {},
        "previous": previous,
        "hash": digest,
    }


def refused(
    engine: Engine, statement: sa.Executable, words: str, row: dict[str, object] | None = None
) -> None:
    with engine.connect() as connection, pytest.raises(DBAPIError, match=words):
        connection.execute(statement, row)


def test_the_database_refuses_to_change_what_is_on_record(both: Engine) -> None:
    chain(both)
    refused(both, sa.update(TABLE).values(reason="改"), "append-only")
    refused(both, sa.update(TABLE).where(TABLE.c.seq == 3).values(seq=99), "append-only")
    refused(both, sa.delete(TABLE), "append-only")
    refused(both, sa.delete(TABLE).where(TABLE.c.seq == ACTS), "append-only")
    if both.dialect.name == "postgresql":
        refused(both, sa.text("TRUNCATE audit_rows"), "append-only")
        refused(both, sa.text("TRUNCATE staff CASCADE"), "append-only")
    assert broken(both) == []


def test_the_database_takes_a_row_at_the_end_only(both: Engine) -> None:
    chain(both)
    with Session(both) as session:
        last, digest = audit.head(session)
    at_the_end = "added at the end"
    refused(both, sa.insert(TABLE), at_the_end, forged(last + 2, digest))
    refused(both, sa.insert(TABLE), at_the_end, forged(0, digest))
    refused(both, sa.insert(TABLE), at_the_end, forged(last + 1, GENESIS))
    refused(both, sa.insert(TABLE), at_the_end, forged(3, b"\1" * 32))
    assert broken(both) == []


@pytest.mark.parametrize("way", ["REPLACE", "IGNORE", "FAIL"])
def test_sqlite_replaces_nothing(engine: Engine, way: str) -> None:
    chain(engine)
    with Session(engine) as session:
        last, digest = audit.head(session)
        first = session.get_one(AuditRow, 1).hash
    insert = sa.insert(TABLE).prefix_with(f"OR {way}")
    refused(engine, insert, "added at the end", forged(3, b"\1" * 32))
    # A row at the end that takes the first one's hash would push the first one out.
    refused(engine, insert, "added at the end", forged(last + 1, digest, first))
    refused(engine, sa.update(TABLE).prefix_with(f"OR {way}").values(seq=9), "append-only")
    assert broken(engine) == []


def test_postgres_replaces_nothing(postgres: Engine) -> None:
    chain(postgres)
    with Session(postgres) as session:
        last, digest = audit.head(session)
        first = session.get_one(AuditRow, 1).hash

    with postgres.connect() as connection, pytest.raises(IntegrityError):
        connection.execute(sa.insert(TABLE), forged(last + 1, digest, first))
    clash = postgresql.insert(TABLE).values(forged(last + 1, digest, first))
    change = clash.on_conflict_do_update(index_elements=["hash"], set_={"reason": "改"})
    refused(postgres, change, "append-only")
    assert broken(postgres) == []


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    moment=st.datetimes(
        datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis puts the zone on
        datetime(2100, 1, 1),  # noqa: DTZ001
        timezones=st.sampled_from([timezone(timedelta(hours=h)) for h in (-11, 0, 8)]),
    ),
    reason=st.text(),
    details=st.dictionaries(
        st.from_regex(r"\A[a-z]{1,8}\Z").filter(
            lambda k: k not in {"session", "actor", "action", "subject", "now", "reason"}
        ),
        JSON,
        max_size=3,
    ),
)
def test_whatever_is_written_reads_back_as_it_was_hashed(
    session: Session, moment: datetime, reason: str, details: dict[str, object]
) -> None:
    audit.record(session, None, "test.any", "test:1", moment, reason=reason, **details)
    session.commit()
    assert list(audit.breaks(session)) == []


def test_a_moment_without_a_zone_is_an_error(session: Session) -> None:
    with pytest.raises((ValueError, sa.exc.StatementError), match="naive"):
        audit.record(session, None, "test.act", "test:1", datetime(2026, 1, 1))  # noqa: DTZ001


def test_many_at_once_are_one_chain_with_the_rest(both: Engine) -> None:
    chain(both)
    with Session(both) as session:
        audit.record_all(session, [Act(NOW, None, "test.bulk", f"test:{n}") for n in range(40)])
        audit.record_all(session, [])
        audit.record(session, None, "test.act", "test:last", NOW)
        session.commit()
        assert audit.head(session)[0] == ACTS + 41
    assert broken(both) == []


def test_rows_are_found_by_action_subject_and_actor(engine: Engine) -> None:
    chain(engine)
    with Session(engine) as session:
        audit.record(session, None, "a_b.act", "test:1", NOW)
        audit.record(session, None, "axb.act", "test:1", NOW)

        def seqs(**narrowed: object) -> list[int]:
            query = audit.on_record(**narrowed)  # type: ignore[arg-type]
            return [found.seq for found in session.scalars(query)]

        assert seqs() == [8, 7, 6, 5, 4, 3, 2, 1]
        assert seqs(action="test") == [6, 5, 4, 3, 2, 1]
        # What is typed is no pattern.
        assert seqs(action="a_b") == [7]
        assert seqs(action="%") == []
        assert seqs(subject="test:1") == [8, 7, 1]
        assert seqs(actor_id=1) == []
        third = NOW + timedelta(minutes=3)
        assert seqs(action="test", since=third) == [6, 5, 4, 3]
        assert seqs(action="test", before=third) == [2, 1]
