"""What `posts` and `desk_posts` are made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from domain.db import Session
from tests.admin.conftest import Desk
from tests.fixtures.county import County

Prepare = Callable[[Session, County, Desk], tuple[str, dict[str, object]]]


@dataclass(frozen=True)
class Post:
    """One POST.

    Attributes:
        who: the username it is sent by; empty for nobody signed in.
        prepare: brings the county to where it can be sent; gives address and fields.
        actions: the audit rows it must leave: one, but for what changes nothing.
    """

    who: str
    prepare: Prepare
    actions: list[str] = field(default_factory=list)
