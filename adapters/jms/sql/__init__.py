"""The JMS port on a database: a view or query, read by an account that can do nothing else.

SQLAlchemy with the usual, waiting drivers, in threads of a pool's own; why is in
docs/adr/0017-sql-by-waiting-drivers.md.
"""

from adapters.jms.sql.jms import SqlJms
from adapters.jms.sql.opened import Bounds, SqlAddressError, opened_sql
from adapters.jms.sql.plan import Asked, Query

__all__ = ["Asked", "Bounds", "Query", "SqlAddressError", "SqlJms", "opened_sql"]
