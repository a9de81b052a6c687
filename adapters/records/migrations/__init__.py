"""Brings a database to the schema of this program, whoever else is starting at the moment."""

from pathlib import Path

import psycopg
from anyio import to_thread

from app.domain.errors import RecordsUnavailableError

HEAD = "0019"
"""The newest revision in versions/; a test holds it."""

_LOCK = 0x43414E444944  # "CANDID": one upgrade at a time
_RECORDED = "SELECT to_regclass('alembic_version') IS NOT NULL"

_NO_ADDRESS = "This is no address of a database; write postgresql://user:password@host/database."


async def upgrade(conninfo: str) -> None:
    """Apply what is missing, under a lock.

    Raises RecordsUnavailableError, also when the database belongs to a newer program.
    """
    await to_thread.run_sync(_upgrade, conninfo)


def _upgrade(conninfo: str) -> None:
    try:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            if _revision(connection) == HEAD:
                return
            connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
            _apply(connection, conninfo)
    except psycopg.ProgrammingError as error:
        if error.sqlstate is None:  # libpq would quote the whole of it, password included
            raise RecordsUnavailableError(_NO_ADDRESS) from error
        raise RecordsUnavailableError(_refused(error)) from error
    except psycopg.Error as error:
        raise RecordsUnavailableError(_refused(error)) from error


def _refused(error: psycopg.Error) -> str:
    """Say in one line why the database cannot be prepared."""
    return f"The database cannot be prepared: {' '.join(str(error).split())}"


def _revision(connection: psycopg.Connection) -> str | None:
    """Return the database's revision, or None when it is empty."""
    known = connection.execute(_RECORDED).fetchone()
    if known is None or not known[0]:
        return None
    row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    return str(row[0]) if row else None


def _apply(connection: psycopg.Connection, conninfo: str) -> None:
    # Half a second of imports, spared by every start that finds the database ready.
    from alembic import command  # noqa: PLC0415 - only to upgrade
    from alembic.config import Config  # noqa: PLC0415 - only to upgrade
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - only to upgrade

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["conninfo"] = conninfo
    revision = _revision(connection)
    ours = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if revision is not None and revision not in ours:
        raise RecordsUnavailableError(
            f"The database has the schema of a newer Candid (revision {revision}, this program "
            f"knows {HEAD}): start that version or a later one."
        )
    command.upgrade(config, "head")
