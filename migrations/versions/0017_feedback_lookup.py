"""What finds a question again is kept as a digest.

A downgrade cannot make the numbers again that people hold: it puts something else in their place, by
which nobody finds a question.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_FEEDBACK = sa.table(
    "feedback",
    sa.column("id", sa.String()),
    sa.column("reference", sa.String()),
    sa.column("lookup", sa.LargeBinary()),
)


def upgrade() -> None:
    op.add_column("feedback", sa.Column("lookup", sa.LargeBinary(length=32), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(_FEEDBACK.c.id, _FEEDBACK.c.reference)).all():
        # As `domain.feedback.asking.lookup_of` did when this was written.
        digest = hashlib.blake2b(row.reference.encode(), digest_size=32, person=b"feedback")
        one = sa.update(_FEEDBACK).where(_FEEDBACK.c.id == row.id)
        connection.execute(one.values(lookup=digest.digest()))
    with op.batch_alter_table("feedback") as batch:
        batch.alter_column("lookup", existing_type=sa.LargeBinary(length=32), nullable=False)
        batch.drop_constraint(op.f("uq_feedback_reference"), type_="unique")
        batch.drop_column("reference")
        batch.create_unique_constraint(op.f("uq_feedback_lookup"), ["lookup"])


def downgrade() -> None:
    op.add_column("feedback", sa.Column("reference", sa.String(length=24), nullable=True))
    connection = op.get_bind()
    for row in connection.execute(sa.select(_FEEDBACK.c.id, _FEEDBACK.c.lookup)).all():
        one = sa.update(_FEEDBACK).where(_FEEDBACK.c.id == row.id)
        connection.execute(one.values(reference=row.lookup.hex()[:24]))
    with op.batch_alter_table("feedback") as batch:
        batch.alter_column("reference", existing_type=sa.String(length=24), nullable=False)
        batch.drop_constraint(op.f("uq_feedback_lookup"), type_="unique")
        batch.drop_column("lookup")
        batch.create_unique_constraint(op.f("uq_feedback_reference"), ["reference"])
