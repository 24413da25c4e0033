"""Requests to look at who reports, and reports shut to those who are recused."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_bars",
        sa.Column("report_id", sa.String(length=20), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_report_bars_report_id_reports")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_report_bars_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("report_id", "staff_id", name=op.f("pk_report_bars")),
    )
    op.create_index(op.f("ix_report_bars_staff_id"), "report_bars", ["staff_id"], unique=False)
    op.create_table(
        "identity_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("requester_id", sa.Integer(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decider_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("opener_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["decider_id"], ["staff.id"], name=op.f("fk_identity_requests_decider_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["opener_id"], ["staff.id"], name=op.f("fk_identity_requests_opener_id_staff")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_identity_requests_report_id_reports")
        ),
        sa.ForeignKeyConstraint(
            ["requester_id"], ["staff.id"], name=op.f("fk_identity_requests_requester_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity_requests")),
    )
    for column in ("report_id", "requester_id", "state"):
        op.create_index(
            op.f(f"ix_identity_requests_{column}"), "identity_requests", [column], unique=False
        )
    still_open = sa.text("state IN ('pending', 'approved')")
    op.create_index(
        "uq_identity_requests_open",
        "identity_requests",
        ["report_id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def downgrade() -> None:
    op.drop_table("identity_requests")
    op.drop_index(op.f("ix_report_bars_staff_id"), table_name="report_bars")
    op.drop_table("report_bars")
