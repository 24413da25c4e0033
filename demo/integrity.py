"""Who has read some of the integrity files, and why. What is in them comes with the clues."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from demo.chance import TODAY, chance, in_office
from domain import integrity

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from demo.officials import Posts
    from demo.staff import People
    from demo.timeline import Timeline

_READ = {
    "jtj": ("lingdao", "换届考察前核对"),
    "jyj": ("anguan", "研究线索处置意见"),
    "dhz": ("lingdao", "述责述廉前了解情况"),
    "mzj": ("jiancha", "初步核实前了解情况"),
}


def build(session: Session, posts: Posts, people: People, timeline: Timeline) -> None:
    """Let some files be read by those who may."""
    for code, (username, reason) in _READ.items():
        draw = chance("integrity", code)
        official = posts.holders[posts.heads[code].id]
        moment = in_office(TODAY - timedelta(days=draw.randint(2, 40)), draw)
        actor = people.staff[username]
        timeline.at(moment, partial(integrity.read, session, official, reason, actor, moment))
