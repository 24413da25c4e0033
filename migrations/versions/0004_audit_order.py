"""Rows are added to the audit chain at its end only.

The triggers of the first revision refuse UPDATE and DELETE. SQLite's REPLACE slips past them: it
deletes without a DELETE, but not without an INSERT.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SQLITE = """
CREATE TRIGGER audit_rows_in_order BEFORE INSERT ON audit_rows
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit_rows)
  OR NEW.previous <> coalesce(
    (SELECT hash FROM audit_rows ORDER BY seq DESC LIMIT 1), zeroblob(32))
  OR EXISTS (SELECT 1 FROM audit_rows WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'audit rows are added at the end'); END
"""
POSTGRES = (
    """
CREATE FUNCTION audit_rows_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM audit_rows)
    OR NEW.previous <> coalesce(
      (SELECT hash FROM audit_rows ORDER BY seq DESC LIMIT 1),
      decode(repeat('00', 32), 'hex'))
  THEN RAISE EXCEPTION 'audit rows are added at the end';
  END IF;
  RETURN NEW;
END $$
""",
    """
CREATE TRIGGER audit_rows_in_order BEFORE INSERT ON audit_rows
FOR EACH ROW EXECUTE FUNCTION audit_rows_in_order()
""",
)


def _on_postgres() -> bool:
    return op.get_bind().dialect.name == "postgresql"


def upgrade() -> None:
    for statement in POSTGRES if _on_postgres() else (SQLITE,):
        op.execute(statement)


def downgrade() -> None:
    on_postgres = _on_postgres()
    op.execute("DROP TRIGGER audit_rows_in_order" + (" ON audit_rows" if on_postgres else ""))
    if on_postgres:
        op.execute("DROP FUNCTION audit_rows_in_order()")
