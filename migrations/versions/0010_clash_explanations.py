"""Why a line of a negative list and a passage that contradicts it both stand."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TABLE = "clash_explanations"


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=200), nullable=False),
        sa.Column("passage", sa.Text(), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["negative_entries.id"],
            name=op.f("fk_clash_explanations_entry_id_negative_entries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clash_explanations")),
    )
    op.create_index(op.f("ix_clash_explanations_entry_id"), TABLE, ["entry_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_clash_explanations_entry_id"), table_name=TABLE)
    op.drop_table(TABLE)
