from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from admin import audit as page_of_audit
from domain import audit, integrity, recusal
from domain.clock import local_day, utc_now
from domain.db import Session
from domain.identities import IdentityRequest
from tests.admin.cases import accuse, ask_identity, open_clue, rows
from tests.admin.conftest import Desk, SignIn
from tests.admin.statements import statements
from tests.fixtures.county import County
from web.app import Site

SEQ = re.compile(r'<td class="key num">(\d+)</td>')


@pytest.fixture
def auditor(as_: SignIn) -> Desk:
    return as_("auditor")


def shown(desk: Desk, query: str = "") -> list[int]:
    return [int(seq) for seq in SEQ.findall(desk.text(f"/audit{query}"))]


def tamper(session: Session, seq: int) -> None:
    """Change a row behind the back of the house, as somebody with the file could."""
    session.rollback()
    session.execute(sa.text("DROP TRIGGER audit_rows_no_update"))
    session.execute(sa.text("UPDATE audit_rows SET reason = 'x' WHERE seq = :seq"), {"seq": seq})
    session.commit()


def test_newest_first_with_names_and_words(auditor: Desk, session: Session, county: County) -> None:
    clue = open_clue(session, county)
    page = auditor.text("/audit")
    assert shown(auditor) == sorted(shown(auditor), reverse=True)
    assert "建立问题线索" in page
    assert f"clues:{clue}" in page
    assert "intake（测试）" in page
    assert "系统" in page
    assert "链条完整" in page


def test_filters(auditor: Desk, session: Session, county: County) -> None:
    clue = open_clue(session, county)
    made = rows(session)
    seqs = {action: [r.seq for r in made if r.action == action] for action in page_of_audit.ACTIONS}
    assert shown(auditor, "?action=clues.open_from_report") == seqs["clues.open_from_report"]
    assert shown(auditor, f"?subject=clues:{clue}") == seqs["clues.open_from_report"]
    mine = [r.seq for r in made if r.actor_id == county.staff["intake"].id]
    assert shown(auditor, "?who=intake") == mine[::-1]
    day = local_day(utc_now())
    tomorrow, yesterday = day + timedelta(days=1), day - timedelta(days=1)
    today = f"?since={day}&until={day}"
    assert {*mine} <= {*shown(auditor, today)}
    assert shown(auditor, f"?since={tomorrow}") == []
    assert not {*mine} & {*shown(auditor, f"?until={yesterday}")}
    assert "没有符合条件的记录" in auditor.text(f"/audit?since={tomorrow}")


@pytest.mark.parametrize(
    "query",
    [
        "who=nobody",
        "action=x",
        "since=x",
        "until=2026-02-30",
        "page=x",
        "until=9999-12-31",
        "since=0001-01-01",
        "subject=%25",
        "since=9999-12-31",
    ],
)
def test_odd_filters_are_no_crash(auditor: Desk, query: str) -> None:
    assert auditor.get(f"/audit?{query}").status_code == 200


def test_pages_are_bounded(site: Site, auditor: Desk, session: Session, county: County) -> None:
    with statements(site) as few:
        auditor.text("/audit")
    for number in range(40):
        audit.record(
            session, county.staff["intake"], "reports.open", f"reports:{number}", utc_now()
        )
    session.commit()
    with statements(site) as many:
        first = shown(auditor)
    assert len(first) == 30
    assert len(shown(auditor, "?page=2")) == 30
    assert len(many) == len(few) <= 10


def test_a_changed_row_is_named(auditor: Desk, session: Session) -> None:
    tamper(session, 3)
    page = auditor.text("/audit")
    assert "链条不完整" in page
    assert "以下序号对不上：3。" in page
    assert "以下序号对不上：3。" in auditor.text("/audit/chain")
    assert "链条完整" in auditor.text("/audit/chain?after=3")


def test_the_whole_chain_is_checked_piece_by_piece(
    auditor: Desk, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_of_audit, "PIECE", 4)
    monkeypatch.setattr(page_of_audit, "LATEST", 2)
    tamper(session, 3)
    assert "链条完整" in auditor.text("/audit")
    page = auditor.text("/audit/chain")
    assert "以下序号对不上：3。" in page
    assert "/audit/chain?after=4" in page
    assert "第 5 条到第 8 条" in auditor.text("/audit/chain?after=4")
    session.rollback()
    newest, digest = audit.head(session)
    last = auditor.text(f"/audit/chain?after={newest}")
    assert digest.hex() in last
    assert "继续核对" not in last


@pytest.mark.parametrize("after", ["x", "-5", "999999999999", ""])
def test_odd_numbers_are_no_crash(auditor: Desk, after: str) -> None:
    assert auditor.get(f"/audit/chain?after={after}").status_code == 200


def test_a_row_that_was_cut_out_is_noticed_at_the_seam(session: Session, county: County) -> None:
    session.execute(sa.text("DROP TRIGGER audit_rows_no_delete"))
    session.execute(sa.text("DELETE FROM audit_rows WHERE seq = 5"))
    session.commit()
    assert list(audit.breaks(session)) == [6]
    assert list(audit.breaks(session, after=5, most=3)) == [6]
    assert list(audit.breaks(session, after=6)) == []


def test_an_auditor_sees_nothing_about_themselves(
    auditor: Desk, session: Session, county: County
) -> None:
    clue = open_clue(session, county)
    asked = ask_identity(session, county)
    other = open_clue(session, county, "education")
    report = session.get_one(IdentityRequest, asked).report_id
    accused = county.officials["transport"]
    integrity.read(session, accused, "核对", county.staff["manager"], utc_now())
    session.commit()
    subjects = {f"clues:{clue}", f"identities:{asked}", f"integrity:{accused.id}"}
    page = auditor.text("/audit")
    assert all(subject in page for subject in subjects)
    accuse(session, county, "auditor", "transport")
    recusal.shut(session, report, {accused.id})
    session.commit()
    page = auditor.text("/audit")
    assert not [subject for subject in subjects if subject in page]
    assert f"clues:{other}" in page
