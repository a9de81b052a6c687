"""Who failed too often is not listened to for a while; counted in this process, bounded."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from app.domain.errors import LockedOutError
from app.domain.networks import household_of

MOST_REMEMBERED = 10_000
"""So many addresses, and so many callers who are known to be good; the oldest are forgotten."""


@dataclass(slots=True)
class _Failures:
    since: float
    count: int = 0
    locked_until: float = 0.0


@dataclass(slots=True)
class Lockout:
    """Counts refused authentications an address, and locks it when there were `most` of them.

    Callers who were served from that address before go on: their calls are told apart by a token
    (a hash of the key), so that one who fails cannot lock out those who share the address.
    """

    most: int = 10
    seconds: float = 600.0  # in which they are counted, and for which it is locked
    clock: Callable[[], float] = time.monotonic
    _failures: OrderedDict[str, _Failures] = field(default_factory=OrderedDict, init=False)
    _good: OrderedDict[tuple[str, str], None] = field(default_factory=OrderedDict, init=False)

    def check(self, address: str | None, token: str) -> None:
        """Raise LockedOutError when calls from here are not listened to, but for good ones."""
        household = household_of(address)
        known = self._failures.get(household)
        if known is None or (household, token) in self._good:
            return
        left = known.locked_until - self.clock()
        if left > 0:
            raise LockedOutError(math.ceil(left))

    def failed(self, address: str | None) -> bool:
        """Count a failure and say whether it locks the address; LockedOutError: it was locked."""
        household, now = household_of(address), self.clock()
        known = self._failures.get(household)
        if known is None or now >= max(known.since + self.seconds, known.locked_until):
            known = self._failures[household] = _Failures(now)
        known.count += 1
        self._failures.move_to_end(household)
        _trim(self._failures)
        if known.count > self.most:
            raise LockedOutError(math.ceil(known.locked_until - now))
        if known.count == self.most:
            known.locked_until = now + self.seconds
        return known.count == self.most

    def forget(self, address: str | None, token: str) -> None:
        """Take a caller for good no more: their own key is not to be used now or here."""
        self._good.pop((household_of(address), token), None)

    def succeeded(self, address: str | None, token: str) -> None:
        """Remember a caller who was served."""
        good = (household_of(address), token)
        self._good[good] = None
        self._good.move_to_end(good)
        _trim(self._good)


def _trim(remembered: OrderedDict[str, _Failures] | OrderedDict[tuple[str, str], None]) -> None:
    while len(remembered) > MOST_REMEMBERED:
        remembered.popitem(last=False)
