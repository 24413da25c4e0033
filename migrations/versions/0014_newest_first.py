"""The newest of what is public is found without sorting everything that is."""

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = ("disclosure_editions", "notice_editions", "power_editions")


def upgrade() -> None:
    for table in _TABLES:
        for column in ("state", "published_at"):
            op.drop_index(op.f(f"ix_{table}_{column}"), table_name=table)
        op.create_index(f"ix_{table}_newest", table, ["state", "published_at", "id"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(f"ix_{table}_newest", table_name=table)
        for column in ("state", "published_at"):
            op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
