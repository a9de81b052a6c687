"""The tables in which procrastinate keeps the jobs of imports."""

from contextlib import closing
from pathlib import Path

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make them as version 3.10 wants them."""
    schema = Path(__file__).with_name("procrastinate_3_10.sql").read_text(encoding="utf-8")
    # On the driver's own cursor: neither ":" nor "%" in the text means a parameter there.
    with closing(op.get_bind().connection.cursor()) as cursor:
        cursor.execute(schema)
