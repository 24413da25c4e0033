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
    """Rights on one table.

    Attributes:
        read: True, or the only columns that may be read.
        rows: a condition in SQL for the only rows that may be read; empty for all of them.
    """

    read: bool | tuple[str, ...] = False
    rows: str = ""
    append: bool = False
    change: bool | tuple[str, ...] = False
    delete: bool = False


NOTHING = Access()
READ = Access(read=True)
APPEND = Access(append=True)


def portal(access: Access) -> dict[str, Any]:
    """Table arguments that record what the portal's role may do: ``__table_args__ = portal(READ)``."""
    return {"info": {"portal": access}}


def read_if(rows: str) -> dict[str, Any]:
    """As ``portal(READ)``, but only of rows that meet a condition in SQL."""
    return portal(Access(read=True, rows=rows))


def read_with(parent: str, joined: str) -> dict[str, Any]:
    """As ``portal(READ)``, but only of rows that belong to one of another table that may be read.

    Args:
        parent: that table. The role's own policy on it holds inside the condition as well.
        joined: how they belong together.
    """
    return read_if(f"EXISTS (SELECT 1 FROM {parent} WHERE {joined})")  # noqa: S608 - words of ours


def access_of(table: Table) -> Access:
    """The portal's rights on a table; a table that says nothing grants nothing."""
    access: Access = table.info.get("portal", NOTHING)
    return access


def _columns(right: bool | tuple[str, ...]) -> str:
    return f" ({', '.join(right)})" if isinstance(right, tuple) else ""


def statements(metadata: MetaData, role: str) -> Iterator[str]:
    """Statements that give ``role`` exactly the portal's rights, all others revoked first.

    Where only some rows may be read, a restrictive policy takes the others from this role alone:
    every other role reads and writes by its grants, as if there were none.
    """
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
    for table in metadata.sorted_tables:
        if rows := access_of(table).rows:
            # Both policies stand before they count.
            yield f"DROP POLICY IF EXISTS everyone ON {table.name}"
            yield f"CREATE POLICY everyone ON {table.name} USING (true)"
            yield f"DROP POLICY IF EXISTS {quoted} ON {table.name}"
            yield (
                f"CREATE POLICY {quoted} ON {table.name} AS RESTRICTIVE FOR SELECT TO {quoted} "
                f"USING ({rows})"
            )
            yield f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY"
