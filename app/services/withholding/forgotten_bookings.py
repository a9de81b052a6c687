"""What is kept of the JMS's answers in memory, and forgotten when the JMS says something else."""

from collections.abc import Callable, Collection

ForgetBookings = Callable[[Collection[str]], None]
"""Drops what is kept of these ids in this process; it neither waits nor fails."""


def none_kept(_: Collection[str]) -> None:
    """Forget nothing, where nothing is kept."""
