"""What goes wrong between here and the database, in the port's words; no value is ever told."""

import structlog
from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    NotSupportedError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from adapters.jms.sql.dialects import Dialect, Fault
from app.domain.errors import JmsMisconfiguredError, JmsTimeoutError, JmsUnavailableError

_REFUSES = (
    "The jail management system's database refuses what it is asked; check CANDID_JMS__URL, the "
    "view or query, and what the account may read."
)
_log = structlog.get_logger()


class UnreadableRowError(Exception):
    """A value among the rows cannot be read; each booking on its own may do better."""


def translated(error: SQLAlchemyError, dialect: Dialect) -> Exception:
    """Return the error to raise for one of SQLAlchemy's, which holds the driver's."""
    if isinstance(error, PoolTimeoutError):
        return JmsTimeoutError()
    if not isinstance(error, DBAPIError):
        return JmsMisconfiguredError(_REFUSES)
    fault = fault_of(error, dialect)
    _log.warning("jms_database_fault", fault=fault.name.lower(), **_codes(error))
    match fault:
        case Fault.TIMEOUT:
            return JmsTimeoutError()
        case Fault.UNAVAILABLE:
            return JmsUnavailableError()
        case Fault.ROW:
            return UnreadableRowError(type(error.orig).__name__)
        case Fault.MISCONFIGURED:
            return JmsMisconfiguredError(_REFUSES)


def fault_of(error: DBAPIError, dialect: Dialect) -> Fault:
    """Say what an error means: the driver's own number first, then the kind of it."""
    said = dialect.fault(error.orig) if error.orig is not None else None
    if said is not None:
        return said
    if isinstance(error, DataError):
        return Fault.ROW
    if isinstance(error, ProgrammingError | IntegrityError | NotSupportedError):
        return Fault.MISCONFIGURED
    return Fault.UNAVAILABLE


def told(error: BaseException | None) -> str:
    """Return what the database said, on one line, to whoever sets it up: no rows were read yet."""
    while error is not None and not isinstance(error, DBAPIError):
        error = error.__cause__
    first = str(error.orig).strip().splitlines()[:1] if error is not None else []
    return first[0] if first else ""


def _codes(error: DBAPIError) -> dict[str, str]:
    """Return what tells one error from another; its text may have values of a row in it."""
    orig = error.orig
    code = getattr(orig, "sqlstate", None) or getattr(
        orig.args[0] if orig is not None and orig.args else None, "full_code", None
    )
    if code is None and orig is not None and orig.args and isinstance(orig.args[0], int):
        code = orig.args[0]
    return {"error": type(orig).__name__, "code": str(code or "")}
