from __future__ import annotations

import ast
import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from admin import audit as page_of_audit
from admin.acts import ACTS, NOUNS
from domain import audit, integrity, recusal
from domain.clock import local_day, utc_now
from domain.db import Session
from domain.identities import IdentityRequest
from tests.admin.cases import accuse, ask_identity, open_clue, rows
from tests.admin.conftest import Desk, SignIn
from tests.admin.posts import POSTS
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
    seqs = {action: [r.seq for r in made if r.action == action] for action in ACTS}
    assert shown(auditor, "?action=clues.open_from_report") == seqs["clues.open_from_report"]
    assert shown(auditor, f"?subject=clues:{clue}") == seqs["clues.open_from_report"]
    of_clues = [r.seq for r in made if r.action.startswith("clues.")]
    assert shown(auditor, "?action=clues") == of_clues[::-1]
    mine = [r.seq for r in made if r.actor_id == county.staff["intake"].id]
    assert shown(auditor, "?who=intake") == mine[::-1]
    day = local_day(utc_now())
    tomorrow, yesterday = day + timedelta(days=1), day - timedelta(days=1)
    today = f"?since={day}&until={day}"
    assert {*mine} <= {*shown(auditor, today)}
    assert shown(auditor, f"?since={tomorrow}") == []
    assert not {*mine} & {*shown(auditor, f"?until={yesterday}")}
    assert "没有符合条件的记录" in auditor.text(f"/audit?since={tomorrow}")


def test_an_act_is_not_another_that_begins_like_it(
    auditor: Desk, session: Session, county: County
) -> None:
    person = county.staff["intake"]
    for action in ("staff.sign_in", "staff.sign_in_failed"):
        audit.record(session, person, action, f"staff:{person.id}", utc_now())
    session.commit()
    made = {action: [r.seq for r in rows(session) if r.action == action] for action in ACTS}
    assert shown(auditor, "?action=staff.sign_in") == made["staff.sign_in"][::-1]
    assert shown(auditor, "?action=staff.sign_in_failed") == made["staff.sign_in_failed"]


# Acts are written down as “noun.verb”, or a helper puts its own noun before the verb.
_SAID = re.compile(r"[a-z]+\.[a-z_]+")
_HELPED = {"triage.py": "reports", "identities.py": "identities"}


def acts_in_the_code() -> set[str]:
    """Every act that the program's own text can record."""
    found = {f"{noun}.open" for noun in ("reports", "clues", "integrity")}  # domain/readings.py
    root = Path(audit.__file__).parents[1]
    for path in (one for top in ("domain", "admin", "demo") for one in (root / top).rglob("*.py")):
        if path.name == "acts.py" and path.parent.name == "admin":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            called = node.func.id if isinstance(node.func, ast.Name) else called
            if called not in {"record", "Act", "_record", "_put_on_record"}:
                continue
            texts = {a.value for a in node.args if isinstance(a, ast.Constant)}
            said = {str(text) for text in texts if isinstance(text, str)}
            noun = _HELPED.get(path.name)
            if noun and called == "_record":
                said = {f"{noun}.{verb}" for verb in said}
            found |= {text for text in said if _SAID.fullmatch(text)}
    return found | {"feedback.erase", "feedback.decline"}  # chosen by the reason


def test_every_act_has_a_name_and_every_name_an_act() -> None:
    assert {action for post in POSTS.values() for action in post.actions} <= set(ACTS)
    assert acts_in_the_code() == set(ACTS)
    assert {act.partition(".")[0] for act in ACTS} == set(NOUNS)


def test_the_page_says_each_act_by_name(auditor: Desk, session: Session, county: County) -> None:
    for action in ACTS:
        audit.record(session, None, action, "test:1", utc_now())
    session.commit()
    for action, name in ACTS.items():
        (row,) = re.findall(
            r'<td class="nowrap" data-label="行为">(.*?)</td>',
            auditor.text(f"/audit?action={action}&subject=test:1"),
        )
        assert row == str(name)


def test_what_is_long_is_opened_by_whoever_wants_it(auditor: Desk, session: Session) -> None:
    words = [f"说法{number}" for number in range(200)]
    audit.record(session, None, "synonyms.load", "synonyms:all", utc_now(), added=words, changed=[])
    session.commit()
    page = auditor.text("/audit?action=synonyms.load")
    (summary,) = re.findall(r"<summary[^>]*>(added=.*?)</summary>", page)
    assert len(summary) < 200 < len(str(words))
    assert "说法199" in page
    assert '<span class="faint">changed=[]</span>' in page


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
