"""Opens a JMS's database by its address."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from adapters.jms.sql.database import SEVER_SECONDS, Database
from adapters.jms.sql.dialects import DIALECTS, Dialect
from adapters.jms.sql.jms import SqlJms
from adapters.jms.sql.plan import Asked, Plan
from adapters.picture_files import PictureFiles

FOR_IMPORTS = 8
"""One of so many connections is kept for imports, and one at least."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much of the database is used, and for how long."""

    seconds: float  # of a lookup, which somebody waits for
    import_seconds: float = 60.0
    connections: int = 32  # at most; two at least
    sever_seconds: float = SEVER_SECONDS


class SqlAddressError(Exception):
    """The address is none that can be opened; the text never repeats it."""


@contextmanager
def opened_sql(address: str, asked: Asked, zone: tzinfo, bounds: Bounds) -> Generator[SqlJms]:
    """Open a database of which nothing is asked yet; times without a zone are in `zone`.

    Raises SqlAddressError.
    """
    url, dialect = _address(address)
    for_imports = max(1, bounds.connections // FOR_IMPORTS)
    grace = bounds.sever_seconds
    for_lookups = max(1, bounds.connections - for_imports)
    try:
        lookups = Database(url, dialect, bounds.seconds, for_lookups, grace)
        imports = Database(url, dialect, bounds.import_seconds, for_imports, grace)
    except ImportError as error:
        raise SqlAddressError(
            f"needs the driver for {dialect.name}; install it: pip install '{dialect.package}'"
        ) from error
    except (ArgumentError, NoSuchModuleError) as error:
        raise SqlAddressError("cannot be opened as it is") from error
    pictures = None if asked.photos_dir is None else PictureFiles(asked.photos_dir)
    plan = Plan(asked, dialect, zone)
    try:
        yield SqlJms(lookups, imports, plan, pictures, lists_photos=asked.photos is not None)
    finally:
        lookups.close()
        imports.close()


def _address(address: str) -> tuple[URL, Dialect]:
    try:
        url = make_url(address)
    except (ArgumentError, ValueError) as error:
        raise SqlAddressError(
            "is no address, such as postgresql://candid:password@host:5432/jail"
        ) from error
    kind, _, driver = url.drivername.partition("+")
    chosen = DIALECTS.get(kind)
    if chosen is None:
        known = ", ".join(f"{name}://" for name in DIALECTS if name != "postgres")
        raise SqlAddressError(f"has to begin with one of {known}")
    if driver and f"{kind}+{driver}" != chosen.driver:
        raise SqlAddressError(f"names the driver {driver}; leave it out, {chosen.driver} is used")
    return url.set(drivername=chosen.driver), chosen()
