"""What the public site's database role may do, said beside each table and turned into GRANTs.

PostgreSQL enforces it (design §2): a public site that has been taken over still cannot select a
report's content, a clue or an integrity file. SQLite has no roles; there the rule is only in code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table


@dataclass(frozen=True)
class Access:
    """Rights on one table: ``read`` may be True or the only columns that may be read."""

    read: bool | tuple[str, ...] = False
    append: bool = False
    change: bool | tuple[str, ...] = False
    delete: bool = False


NOTHING = Access()
READ = Access(read=True)
APPEND = Access(append=True)


def portal(access: Access) -> dict[str, Any]:
    """Table arguments that record what the portal's role may do: ``__table_args__ = portal(READ)``."""
    return {"info": {"portal": access}}


def access_of(table: Table) -> Access:
    """The portal's rights on a table; a table that says nothing grants nothing."""
    access: Access = table.info.get("portal", NOTHING)
    return access


def _columns(right: bool | tuple[str, ...]) -> str:
    return f" ({', '.join(right)})" if isinstance(right, tuple) else ""


def statements(metadata: MetaData, role: str) -> Iterator[str]:
    """GRANT statements that give ``role`` exactly the portal's rights, all others revoked first."""
    quoted = '"' + role.replace('"', '""') + '"'
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {quoted}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {quoted}"
    yield f"GRANT USAGE ON SCHEMA public TO {quoted}"
    for table in metadata.sorted_tables:
        access = access_of(table)
        rights = []
        if access.read:
            rights.append(f"SELECT{_columns(access.read)}")
        if access.append:
            rights.append("INSERT")
        if access.change:
            rights.append(f"UPDATE{_columns(access.change)}")
        if access.delete:
            rights.append("DELETE")
        if rights:
            yield f"GRANT {', '.join(rights)} ON {table.name} TO {quoted}"
