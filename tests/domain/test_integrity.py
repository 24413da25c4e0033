"""Integrity files: reasons, links, who finds them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from domain import (
    audit,
    integrity,
    readings,
)
from domain.audit import AuditRow
from domain.db import Session
from domain.errors import Refused
from domain.integrity import Section
from tests.fixtures.county import NOW, County


def recorded(session: Session) -> list[str]:
    return list(session.scalars(select(AuditRow.action).order_by(AuditRow.seq)))


def test_a_file_is_read_for_a_reason_and_for_half_an_hour(session: Session, county: County) -> None:
    official, actor = county.officials["transport"], county.staff["manager"]
    subject = f"integrity:{official.id}"
    with pytest.raises(Refused, match="请写明查阅理由"):
        integrity.read(session, official, "\u3000", actor, NOW)
    for username in ("intake", "reviewer", "auditor", "system"):
        with pytest.raises(Refused, match="您不能查阅"):
            integrity.read(session, official, "工作需要", county.staff[username], NOW)
    before = recorded(session)
    reading = integrity.read(session, official, " 年度考核 ", actor, NOW)
    assert reading.expires_at - NOW == timedelta(minutes=30)
    assert readings.current(session, subject, actor, NOW) is reading
    assert readings.current(session, subject, actor, reading.expires_at) is None
    assert readings.current(session, subject, county.staff["chief"], NOW) is None
    row = session.scalars(audit.on_record()).first()
    assert row is not None
    assert (row.action, row.subject, row.reason) == ("integrity.open", subject, "年度考核")
    assert len(recorded(session)) == len(before) + 1


def test_a_link_stands_once_in_a_section(session: Session, county: County) -> None:
    official, actor = county.officials["transport"], county.staff["intake"]
    integrity.link(session, official, Section.TALKS, "talks:1", actor, NOW)
    with pytest.raises(Refused, match="已经归入周明远的廉政档案"):
        integrity.link(session, official, Section.TALKS, "talks:1", actor, NOW)
    integrity.link(session, official, Section.OTHER, "talks:1", actor, NOW)
    assert integrity.sections_with(session, official.id, "talks:1") == [
        Section.TALKS,
        Section.OTHER,
    ]
    with pytest.raises(Refused, match="您不能办理"):
        integrity.link(session, official, Section.TALKS, "talks:2", county.staff["chief"], NOW)
    assert recorded(session).count("integrity.link") == 2


def test_files_are_found_by_name_unit_or_post(session: Session, county: County) -> None:
    actor = county.staff["manager"]
    found = {
        words: [o.name for o in session.scalars(integrity.files(actor, name=words))]
        for words in ("周明", "东河镇", "副局长", "%", "查无此人")
    }
    assert found == {
        "周明": ["周明远"],
        "东河镇": ["陆之遥"],
        "副局长": ["林知秋"],
        "%": [],
        "查无此人": [],
    }
    assert len(session.scalars(integrity.files(actor)).all()) == len(county.officials)
