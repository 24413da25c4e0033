"""What else is in the integrity files, and who has read some of them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import sqlalchemy as sa

from demo.chance import TODAY, chance, in_office
from domain import integrity
from domain.integrity import Section
from domain.powers import PowerList

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from demo.officials import Posts
    from demo.staff import People
    from demo.timeline import Timeline

_FILED = ("jtj", "jyj", "mzj", "nyj", "dhz", "ryy", "ctj")
_READ = {"jtj": "换届考察前核对", "jyj": "研究线索处置意见", "dhz": "述责述廉前了解情况"}


def build(session: Session, posts: Posts, people: People, timeline: Timeline) -> None:
    """Link the power lists of some heads into their files; let the leader read a few."""
    for code in _FILED:
        if code not in posts.heads:
            continue
        draw = chance("integrity", code)
        post = posts.heads[code]
        official = posts.holders[post.id]
        number = session.scalar(sa.select(PowerList.id).where(PowerList.post_id == post.id))
        filed = in_office(TODAY - timedelta(days=draw.randint(60, 200)), draw)
        timeline.at(
            filed,
            partial(
                integrity.link,
                session,
                official,
                Section.POWERS,
                f"powers:{number}",
                people.staff["anguan"],
                filed,
            ),
        )
        if code in _READ:
            read = in_office(TODAY - timedelta(days=draw.randint(2, 40)), draw)
            leader = people.staff["lingdao"]
            timeline.at(read, partial(integrity.read, session, official, _READ[code], leader, read))
