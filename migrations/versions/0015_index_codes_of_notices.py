"""The code that a notice's 索引号 keeps when its unit gets another.

What the public reads on the day of the upgrade stays. Which code a notice had before an earlier change
is on no record: it was always made from the unit's present one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notices", sa.Column("index_code", sa.String(length=20), nullable=True))
    notices = sa.table("notices", sa.column("unit_id"), sa.column("index_code"))
    units = sa.table("units", sa.column("id"), sa.column("code"))
    code = sa.select(units.c.code).where(units.c.id == notices.c.unit_id).scalar_subquery()
    op.execute(sa.update(notices).values(index_code=code))


def downgrade() -> None:
    op.drop_column("notices", "index_code")
