"""The operators' command line, every command really run; `run` itself in test_manage_run.py."""

import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

import manage
from admin import unsealing
from admin.settings import AdminSettings
from domain import drafts, files, offices, sealing, staff
from domain.clock import day_begins, local_day, utc_now
from domain.db import Session, make_engine
from domain.obligations import Counted, Frequency, Terms, Thing, rules
from domain.offices import OfficeKind
from domain.permissions import Role
from domain.staff import StaffSession
from domain.units import Unit, UnitKind
from manage import cli
from portal.settings import PortalSettings
from search import open_engine
from tests.fixtures.installation import PATIENCE_SECONDS, Installation, until_true
from web.console import Complaints

ROOT = Path(__file__).resolve().parents[1]
PASSWORD = "long enough a password"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_readmes_name_every_setting_and_command(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    names = {item.name for site in (AdminSettings, PortalSettings) for item in fields(site)}
    assert [name for name in names - {"site"} if f"_{name.upper()}`" not in text] == []
    assert [name for name in cli.commands if f"`{name}" not in text] == []


def test_migrate_makes_the_database_and_may_be_repeated(here: Installation) -> None:
    for _ in range(2):
        assert "最新版本" in here.ok("migrate")
    assert stat.S_IMODE(here.var.stat().st_mode) == 0o700


def test_a_command_before_migrate_says_what_to_do(here: Installation) -> None:
    assert "migrate" in here.refused("audit", "verify")


def test_bad_settings_are_named(here: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGQUAN_DATABASE_URL", "mysql://nowhere")
    assert "MINGQUAN_DATABASE_URL" in here.refused("migrate")
    monkeypatch.delenv("MINGQUAN_DATABASE_URL")
    monkeypatch.setenv("MINGQUAN_SEARCH_URL", "nonsense")
    here.ok("migrate")
    assert "nonsense" in here.refused("search", "status")
    monkeypatch.setenv("PORTAL_PORT", "eighty")
    assert "PORTAL_PORT" in here.refused("run")


def test_demo_marks_the_installation_and_loads_once(here: Installation) -> None:
    here.ok("migrate")
    here.ok("demo", "--scale", "0")
    assert stat.S_IMODE((here.var / "demo.json").stat().st_mode) == 0o600
    assert "空的数据库" in here.refused("demo")


def test_search_is_built_followed_and_described(here: Installation) -> None:
    here.ok("migrate")
    assert "索引" in here.refused("search", "status")
    here.ok("demo", "--scale", "0")
    here.ok("search", "rebuild")
    assert re.search(r"进度 (\d+) / \1，落后 0", here.ok("search", "status"))
    with here.session() as session:
        unit = session.scalars(sa.select(Unit)).first()
        assert unit is not None
        _announce(session, f"units:{unit.id}")
    assert "落后 1" in here.ok("search", "status")
    assert "读入变化 1 条" in here.ok("search", "follow")
    assert "落后 0" in here.ok("search", "status")


def _announce(session: Session, subject: str) -> None:
    from domain import indexing

    indexing.announce(session, [subject], datetime.now(UTC))
    session.commit()


def test_following_goes_on_until_it_is_ended(here: Installation) -> None:
    here.ok("migrate")
    here.ok("demo", "--scale", "0")
    following = subprocess.Popen(
        [sys.executable, "manage.py", "search", "follow", "--forever"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    with following:
        assert following.stdout is not None
        assert "写入文档" in following.stdout.readline()
        with here.session() as session:
            _announce(session, "units:1")
        until_true(lambda: "落后 0" in here.ok("search", "status"))
        following.send_signal(signal.SIGTERM)
        assert following.wait(PATIENCE_SECONDS) == 0


def test_grants_are_printed(here: Installation) -> None:
    printed = here.ok("grants", "--role", "mingquan_portal")
    assert 'REVOKE ALL ON ALL TABLES IN SCHEMA public FROM "mingquan_portal";' in printed
    assert "audit_rows" not in printed
    here.ok("migrate")
    assert "PostgreSQL" in here.refused("grants", "--role", "x", "--apply")


def test_grants_are_applied_on_postgresql(
    here: Installation, migrated_postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINGQUAN_DATABASE_URL", migrated_postgres_url)
    engine = make_engine(migrated_postgres_url)
    role = f"portal_{os.getpid()}_{time.monotonic_ns()}"
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE ROLE {role}"))
    try:
        here.ok("grants", "--role", role, "--apply")
        may = sa.text("SELECT has_table_privilege(:role, :table, 'SELECT')")
        with engine.begin() as connection:
            allowed = {
                table: connection.scalar(may, {"role": role, "table": table})
                for table in ("power_items", "report_contents")
            }
        assert allowed == {"power_items": True, "report_contents": False}
    finally:
        with engine.begin() as connection:
            connection.execute(sa.text(f"DROP OWNED BY {role}"))
            connection.execute(sa.text(f"DROP ROLE {role}"))
        engine.dispose()


def test_the_audit_chain_is_checked(here: Installation) -> None:
    here.ok("migrate")
    here.ok("demo", "--scale", "0")
    assert "审计链完整" in here.ok("audit", "verify")
    connection = sqlite3.connect(here.var / "mingquan.db")
    triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_rows'"
    for (name,) in connection.execute(triggers).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE audit_rows SET reason = 'edited' WHERE seq = 7")
    connection.commit()
    connection.close()
    assert "7" in here.refused("audit", "verify")


def test_purge_deletes_what_has_run_out_and_nothing_else(here: Installation) -> None:
    here.ok("migrate")
    here.ok("demo", "--scale", "0")
    now = datetime.now(UTC)
    with here.session() as session:
        kept = session.scalar(sa.select(sa.func.count(files.StoredFile.id)))
        files.store(session, [b"left behind"], limit=100, today=date(2026, 1, 1))
        person = session.scalars(sa.select(staff.Staff)).first()
        assert person is not None
        for number, moment in enumerate((now, now - timedelta(days=2))):
            token = bytes([number]) * 32
            drafts.keep(session, token, b"locked", now)
            session.add(
                StaffSession(
                    id=token, staff_id=person.id, boxed_key=b"", started_at=moment, seen_at=moment
                )
            )
        old = sa.update(drafts.ReportDraft).where(drafts.ReportDraft.id == bytes([1]) * 32)
        session.execute(old.values(expires_at=now - timedelta(hours=1)))
        session.commit()
    assert "草稿 1 份，文件 1 个" in here.ok("purge")
    with here.session() as session:
        assert session.scalar(sa.select(sa.func.count(files.StoredFile.id))) == kept
        assert session.scalars(sa.select(drafts.ReportDraft.id)).all() == [bytes(32)]
        assert session.scalars(sa.select(StaffSession.id)).all() == [bytes(32)]


@pytest.fixture
def set_up(here: Installation, tmp_path: Path) -> tuple[Installation, Path]:
    """A real installation with its recovery key."""
    key_file = tmp_path / "recovery.key"
    printed = here.ok(
        "init", "--county", "某某县", "--host", "某某县纪委监委", "--recovery-key", str(key_file)
    )
    assert "离线" in printed
    return here, key_file


def test_init_founds_the_offices_and_writes_the_key_once(
    set_up: tuple[Installation, Path], tmp_path: Path
) -> None:
    here, key_file = set_up
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    with here.session() as session:
        kinds = session.scalars(sa.select(offices.Office.kind)).all()
    assert sorted(kinds) == sorted(OfficeKind)
    again = ("init", "--county", "甲县", "--host", "乙", "--recovery-key")
    assert "不能重复" in here.refused(*again, str(tmp_path / "another.key"))
    assert not (tmp_path / "another.key").exists()
    assert "空的数据库" in here.refused("demo")


def test_init_overwrites_no_key(here: Installation, tmp_path: Path) -> None:
    key_file = tmp_path / "precious"
    key_file.write_text("mine")
    refused = here.refused(
        "init", "--county", "甲", "--host", "乙", "--recovery-key", str(key_file)
    )
    assert "不会覆盖" in refused
    assert key_file.read_text() == "mine"
    with here.session() as session:
        assert session.scalars(sa.select(offices.Office.id)).all() == []


def test_staff_enter_an_office_with_the_recovery_key(set_up: tuple[Installation, Path]) -> None:
    here, key_file = set_up
    arguments = ["staff", "add", "xinfang", "--name", "某某", "--role", "intake_officer"]
    arguments += ["--office", "信访室"]
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    assert "需要恢复密钥" in here.refused(*arguments, typed=typed)
    here.ok(*arguments, "--recovery-key", str(key_file), typed=typed)
    with here.session() as session:
        person = staff.by_username(session, "xinfang")
        assert person is not None
        assert person.roles == {Role.INTAKE_OFFICER}
        (office,) = offices.of_staff(session, person)
        private = unsealing.unlock(person, PASSWORD)
        key = unsealing.office_key(session, office.id, person, private)
        assert unsealing.open_seal(key, sealing.seal(office.public_key, b"word")) == b"word"
    assert "已被使用" in here.refused(*arguments[:7], typed=typed)


@pytest.mark.parametrize(
    ("arguments", "typed", "complaint"),
    [
        (["--role", "editor", "--unit", "nowhere"], PASSWORD, "没有代码为"),
        (["--role", "chief", "--office", "无此室"], PASSWORD, "没有名为"),
        (["--role", "auditor", "--role", "chief"], PASSWORD, "三员"),
        (["--role", "chief"], "short", "至少 12"),
    ],
)
def test_staff_are_refused_with_a_reason(
    set_up: tuple[Installation, Path], arguments: list[str], typed: str, complaint: str
) -> None:
    here, _ = set_up
    refused = here.refused(
        "staff", "add", "someone", "--name", "某", *arguments, typed=f"{typed}\n{typed}\n"
    )
    assert complaint in refused
    with here.session() as session:
        assert staff.everyone(session) == []


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("key: " + "00" * 32, "打不开"),
        ("key: zz\nkey: 00", "不是恢复密钥"),
        ("nothing", "不是恢复密钥"),
    ],
)
def test_another_key_opens_nothing(
    set_up: tuple[Installation, Path], tmp_path: Path, content: str, complaint: str
) -> None:
    here, _ = set_up
    wrong = tmp_path / "wrong"
    wrong.write_text(content)
    arguments = ["staff", "add", "x", "--name", "某", "--role", "chief", "--office", "信访室"]
    typed = f"{PASSWORD}\n{PASSWORD}\n"
    assert complaint in here.refused(*arguments, "--recovery-key", str(wrong), typed=typed)


def test_a_damaged_index_is_built_anew_and_a_busy_one_tried_again(
    here: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    here.ok("migrate")
    here.ok("demo", "--scale", "0")
    here.ok("search", "rebuild")
    address = f"whoosh:{here.var / 'index'}"
    for file in (here.var / "index").rglob("*"):
        if file.is_file():
            file.write_bytes(b"damaged")
    with here.session() as session:
        with open_engine(address).rebuilding():
            complaints = Complaints()
            for _ in range(3):
                manage.catch_up(session, open_engine(address), complaints)
        assert capsys.readouterr().err.count("稍后再试") == 1
        manage.prepare_index(session, open_engine(address))
    assert "落后 0" in here.ok("search", "status")


def test_a_complaint_is_said_once_for_each_reason(capsys: pytest.CaptureFixture[str]) -> None:
    complaints = Complaints()
    for now in (
        {"a": "one"},
        {"a": "one"},
        {"a": "one", "b": "two"},
        {"a": "other", "b": "two"},
        {"b": "two"},
        {"a": "other", "b": "two"},
        {},
        {"b": "two"},
    ):
        complaints.say(now)
    assert capsys.readouterr().err.split() == ["one", "two", "other", "other", "two"]


def test_obligations_arise_once_a_day(here: Installation) -> None:
    here.ok("migrate")
    with here.session() as session:
        session.add(Unit(code="jt", name="交通运输局", short_name="交通局", kind=UnitKind.ORGAN))
        terms = Terms(
            thing=Thing.DUTY,
            frequency=Frequency.MONTH,
            counted=Counted.END,
            days=10,
            source="云岭委办发〔2025〕3号",
            valid_from=local_day(utc_now()).replace(day=1),
        )
        begun = day_begins(terms.valid_from)
        rules.add(session, terms, None, begun)
        session.commit()
    assert "登记任务 1 项" in here.ok("obligations", "arise")
    assert "登记任务 0 项" in here.ok("obligations", "arise")
