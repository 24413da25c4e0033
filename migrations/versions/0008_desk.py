"""Scheduled publication, corrections, and what a reviewer notes on single parts."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLES = ("power_editions", "disclosure_editions")


def upgrade() -> None:
    for table in TABLES:
        moment = sa.DateTime(timezone=True)
        op.add_column(table, sa.Column("scheduled_for", moment, nullable=True))
        op.add_column(
            table, sa.Column("correction", sa.Text(), nullable=False, server_default=sa.text("''"))
        )
        op.add_column(table, sa.Column("notes", sa.JSON(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        # An older program knows no such state: an approved edition waits for its reviewer again.
        rows = sa.table(table, sa.column("state"))
        op.execute(sa.update(rows).where(rows.c.state == "scheduled").values(state="submitted"))
        for column in ("notes", "correction", "scheduled_for"):
            op.drop_column(table, column)
