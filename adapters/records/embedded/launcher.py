"""Runs a PostgreSQL program with rights it accepts; a script of its own, standard library only.

`launcher.py RIGHTS DIRECTORY LOCK PROGRAM ARGUMENT...` where RIGHTS is `own`, `namespace` or
`user:UID:GID`, and LOCK is `-` or a file: then PROGRAM becomes a daemon that holds the lock on it,
as do all its children, for as long as one of them lives.

PostgreSQL refuses to run as root. In a user namespace (Linux, user_namespaces(7)) root outside is
an ordinary user inside: the files stay root's, and no directory is opened to anybody else.
"""

import ctypes
import fcntl
import os
import pwd
import sys
from pathlib import Path

CLONE_NEWUSER = 0x10000000  # linux/sched.h
OVERFLOW_USER = 65534  # what unmapped owners look like inside a namespace
REFUSED = 71  # EX_OSERR of sysexits.h
UNREACHABLE = 77  # EX_NOPERM
STILL_RUNNING = 75  # EX_TEMPFAIL


def enter_namespace() -> None:
    """Become an ordinary user inside a namespace in which only our own user exists."""
    user, group = os.geteuid(), os.getegid()
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare(CLONE_NEWUSER)")
    inside = _known_user()
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{inside} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{inside} {group} 1")


def _known_user() -> int:
    """Return a user id that has a name, which initdb asks for."""
    ordinary = [entry.pw_uid for entry in pwd.getpwall() if entry.pw_uid not in (0, OVERFLOW_USER)]
    return min(ordinary, default=OVERFLOW_USER)


def drop_to(user: int, group: int) -> None:
    """Become another user for good."""
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


def take(rights: str) -> None:
    """Take the rights asked for; raises OSError."""
    if rights == "namespace":
        enter_namespace()
    elif rights.startswith("user:"):
        _, user, group = rights.split(":")
        drop_to(int(user), int(group))


def become_daemon(lock: str) -> None:
    """Leave the caller behind, holding the lock; exits when somebody holds it already."""
    descriptor = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(STILL_RUNNING)
    os.set_inheritable(descriptor, True)  # noqa: FBT003 - its only parameter is positional
    if os.fork():
        os._exit(0)
    os.setsid()


def main(rights: str, directory: str, lock: str, *command: str) -> None:
    """Take the rights, check what they reach, and become the program."""
    try:
        take(rights)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(REFUSED)
    reached = os.access(directory, os.R_OK | os.W_OK | os.X_OK)
    if not reached or not os.access(command[0], os.X_OK):
        sys.exit(UNREACHABLE)
    os.umask(0o077)
    os.chdir(directory)
    if lock != "-":
        become_daemon(lock)
    os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main(*sys.argv[1:])
