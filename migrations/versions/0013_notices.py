"""Typical cases made public for warning."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notices",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["units.id"], name=op.f("fk_notices_unit_id_units")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(op.f("ix_notices_unit_id"), "notices", ["unit_id"])
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "notice_editions",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("confirmed", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("submitted_at", moment, nullable=True),
        sa.Column("scheduled_for", moment, nullable=True),
        sa.Column("published_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("withdrawn_at", moment, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("correction", sa.Text(), nullable=False, server_default=sa.text("''")),
        sa.Column("notes", sa.JSON(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["staff.id"], name=op.f("fk_notice_editions_author_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notices.id"], name=op.f("fk_notice_editions_notice_id_notices")
        ),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["staff.id"], name=op.f("fk_notice_editions_reviewer_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_editions")),
        sa.UniqueConstraint(
            "notice_id", "number", name=op.f("uq_notice_editions_notice_id_number")
        ),
    )
    for column in ("published_at", "state"):
        op.create_index(op.f(f"ix_notice_editions_{column}"), "notice_editions", [column])
    in_force = sa.text("state = 'published'")
    op.create_index(
        "uq_notice_editions_in_force",
        "notice_editions",
        ["notice_id"],
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )


def downgrade() -> None:
    op.drop_table("notice_editions")
    op.drop_table("notices")
