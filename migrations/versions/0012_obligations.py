"""Obligations: rules, what has arisen from them, days put off; and the period of each disclosure."""

import sqlalchemy as sa
from alembic import op

from domain.periods import code_of

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _fill_period_codes() -> None:
    table = sa.table("disclosures", sa.column("period"), sa.column("period_code"))
    connection = op.get_bind()
    for period in connection.scalars(sa.select(table.c.period).distinct()).all():
        code = code_of(period)
        if code:
            connection.execute(
                sa.update(table).where(table.c.period == period).values(period_code=code)
            )


def upgrade() -> None:
    op.add_column("disclosures", sa.Column("period_code", sa.String(length=20), nullable=True))
    _fill_period_codes()
    op.create_index("ix_disclosures_answering", "disclosures", ["unit_id", "leaf", "period_code"])
    op.create_table(
        "obligation_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=32), nullable=False),
        sa.Column("frequency", sa.String(length=32), nullable=False),
        sa.Column("counted", sa.String(length=32), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("arisen_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_obligation_rules_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation_rules")),
    )
    op.create_table(
        "obligations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("thing", sa.String(length=32), nullable=False),
        sa.Column("period", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("counted_from", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("lifted_on", sa.Date(), nullable=True),
        sa.Column("lift_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["rule_id"],
            ["obligation_rules.id"],
            name=op.f("fk_obligations_rule_id_obligation_rules"),
        ),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_obligations_unit_id_units")
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["posts.id"], name=op.f("fk_obligations_post_id_posts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligations")),
    )
    for column in ("unit_id", "since"):
        op.create_index(op.f(f"ix_obligations_{column}"), "obligations", [column])
    _unique("uq_obligations_of_unit", ["unit_id", "thing", "period"], "post_id IS NULL")
    _unique("uq_obligations_of_post", ["post_id", "period", "since"], "post_id IS NOT NULL")
    op.create_table(
        "obligation_extensions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("former_due_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["obligation_id"],
            ["obligations.id"],
            name=op.f("fk_obligation_extensions_obligation_id_obligations"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation_extensions")),
    )
    op.create_index(
        op.f("ix_obligation_extensions_obligation_id"), "obligation_extensions", ["obligation_id"]
    )
    op.create_table(
        "obligation_releases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["unit_id"], ["units.id"], name=op.f("fk_obligation_releases_unit_id_units")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_obligation_releases")),
        sa.UniqueConstraint("unit_id", name=op.f("uq_obligation_releases_unit_id")),
    )


def _unique(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        "obligations",
        columns,
        unique=True,
        sqlite_where=condition,
        postgresql_where=condition,
    )


def downgrade() -> None:
    for table in (
        "obligation_releases",
        "obligation_extensions",
        "obligations",
        "obligation_rules",
    ):
        op.drop_table(table)
    op.drop_index("ix_disclosures_answering", table_name="disclosures")
    op.drop_column("disclosures", "period_code")
