"""A kind of JMS that an installed package brings, under the entry-point group `candid.jms`."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import tzinfo
from typing import Generic, TypeVar

from app.ports.jms import Jms

_Settings = TypeVar("_Settings")


@dataclass(frozen=True, slots=True)
class JmsSite:
    """What an adapter is told of the service that it runs in."""

    zone: tzinfo  # of times that name none
    seconds: float  # within which bookings are answered, or nobody waits for them any more


@dataclass(frozen=True, slots=True)
class JmsKind(Generic[_Settings]):
    """What the entry point names: its settings, and how they become a JMS.

    `settings` is a pydantic model, read from CANDID_JMS__*. `open` gives the JMS for as long as
    the service runs; it raises JmsMisconfiguredError when the settings can never work, and does
    not ask the JMS: one that is down must not stop the service.
    """

    settings: type[_Settings]
    open: Callable[[_Settings, JmsSite], AbstractAsyncContextManager[Jms]]
