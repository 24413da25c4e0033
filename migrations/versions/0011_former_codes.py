"""Former codes of units, and the codes that 索引号 keep when their unit gets another."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_codes",
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("merged", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_former_codes_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_former_codes")),
    )
    op.create_index(op.f("ix_former_codes_unit_id"), "former_codes", ["unit_id"])
    op.add_column("disclosures", sa.Column("index_code", sa.String(length=20), nullable=True))


def downgrade() -> None:
    op.drop_column("disclosures", "index_code")
    op.drop_index(op.f("ix_former_codes_unit_id"), table_name="former_codes")
    op.drop_table("former_codes")
