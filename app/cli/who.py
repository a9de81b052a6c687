"""Who runs a command."""

import getpass
import os
import sys
from uuid import uuid4

from app.domain.audit import Actor


def command_line() -> Actor:
    """Say for the audit who runs this command."""
    return Actor(f"command line ({system_user()})", None, str(uuid4()))


def system_user() -> str:
    """Name who runs this as the system knows them; the environment may say anything."""
    if sys.platform == "win32":
        return getpass.getuser()
    import pwd  # noqa: PLC0415 - POSIX alone

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"user {os.getuid()}"
