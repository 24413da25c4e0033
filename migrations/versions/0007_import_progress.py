"""Workbooks are checked and imported beside the pages, which say how far it has come."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLE = "import_uploads"
_REQUIRED: dict[str, sa.types.TypeEngine[Any]] = {
    "stage": sa.String(length=32),
    "run": sa.Integer(),
    "done": sa.Integer(),
    "total": sa.Integer(),
    "heard_at": sa.DateTime(timezone=True),
}


def upgrade() -> None:
    with op.batch_alter_table(_TABLE) as table:
        for name, kind in _REQUIRED.items():
            table.add_column(sa.Column(name, kind, nullable=True))
        table.add_column(sa.Column("found", sa.JSON(), nullable=True))
        table.add_column(sa.Column("refusal", sa.JSON(), nullable=True))
    # What waits from before has no check on record: it counts as broken off, to be checked again.
    op.execute(
        sa.text(
            f"UPDATE {_TABLE} SET stage = 'checking', run = 1, done = 0, total = 0,"  # noqa: S608
            " heard_at = uploaded_at"
        )
    )
    with op.batch_alter_table(_TABLE) as table:
        for name, kind in _REQUIRED.items():
            table.alter_column(name, existing_type=kind, nullable=False)


def downgrade() -> None:
    with op.batch_alter_table(_TABLE) as table:
        for name in ("refusal", "found", *_REQUIRED):
            table.drop_column(name)
