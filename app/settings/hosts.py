"""Names of hosts, as settings have them."""

import re
from typing import Final

_HOST: Final = re.compile(r"(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")


def host_name(name: str) -> str:
    """Return `host` or `host:port` in lower case; ValueError for anything else."""
    lowered = name.strip().lower()
    if not _HOST.fullmatch(lowered):
        raise ValueError(f"{name!r} is no host or host:port, such as photos.jail.example:8443")
    return lowered
