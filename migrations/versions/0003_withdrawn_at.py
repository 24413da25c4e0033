"""When an edition was withdrawn, apart from when it ceased to be in force."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

TABLES = ("power_editions", "disclosure_editions")


def _set_for_withdrawn(table: str, target: str, source: str) -> None:
    rows = sa.table(table, sa.column("state"), sa.column(target), sa.column(source))
    op.execute(sa.update(rows).where(rows.c.state == "withdrawn").values({target: rows.c[source]}))


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
        _set_for_withdrawn(table, "withdrawn_at", "ended_at")


def downgrade() -> None:
    for table in TABLES:
        _set_for_withdrawn(table, "ended_at", "withdrawn_at")
        # SQLite has dropped columns itself since 3.35; nothing needs to be copied.
        op.drop_column(table, "withdrawn_at")
