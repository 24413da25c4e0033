"""Run by Alembic for every command; the connection comes from `migrations.config`."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from domain.db import UtcDateTime
from domain.tables import metadata


def plain_type(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """Write types into a migration as the database knows them: old migrations outlive our classes."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_item=plain_type,
    # SQLite cannot alter a table in place; Alembic then copies it.
    render_as_batch=connection.dialect.name == "sqlite",
)
with context.begin_transaction():
    context.run_migrations()
