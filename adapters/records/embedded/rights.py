"""Chooses the rights the server runs with: PostgreSQL refuses root."""

import os
import pwd
from dataclasses import replace

from adapters.records.embedded.binaries import Binaries
from adapters.records.embedded.layout import Layout
from app.domain.errors import RecordsUnavailableError

SYSTEM_USERS = ("candid", "postgres", "nobody")
"""Whom root becomes where user namespaces are not allowed; the first that exists and can reach."""


def with_rights(binaries: Binaries, layout: Layout) -> Binaries:
    """Return the binaries with rights that work for this layout; raises RecordsUnavailableError.

    A cluster that exists is run as its owner. Nobody else is ever given access to a directory.
    """
    if os.geteuid() != 0:
        return binaries
    for rights in _candidates(layout):
        chosen = replace(binaries, rights=rights)
        if rights != "namespace":
            _, user, group = rights.split(":")
            layout.give_to(int(user), int(group))
        if chosen.run(layout.root, "postgres", "--version").returncode == 0:
            return chosen
    layout.give_to(0, 0)
    raise RecordsUnavailableError(
        "PostgreSQL does not run as root, this system allows no user namespace, and no system "
        f"user can reach {layout.root}. Run Candid as an ordinary user, or set CANDID_DATA_DIR "
        "to a directory below /var/lib, or set CANDID_DATABASE_URL."
    )


def _candidates(layout: Layout) -> list[str]:
    if layout.cluster.exists():
        owner = layout.cluster.stat()
        return ["namespace" if owner.st_uid == 0 else f"user:{owner.st_uid}:{owner.st_gid}"]
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    users = [known[name] for name in SYSTEM_USERS if name in known]
    return ["namespace", *(f"user:{user.pw_uid}:{user.pw_gid}" for user in users)]
