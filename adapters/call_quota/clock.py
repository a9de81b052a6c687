"""The ledger's clock, told by this process's own."""


class LedgerClock:
    """Knows how far the ledger's clock is ahead, as closely as any exchange so far has shown."""

    def __init__(self) -> None:
        self._least = float("-inf")
        self._most = float("inf")

    def told(self, now: float, asked: float, answered: float) -> None:
        """Learn that the ledger's clock was at `now` between two moments of our own."""
        least, most = max(self._least, now - answered), min(self._most, now - asked)
        if least > most:  # one of the clocks was set, or they drift
            least, most = now - answered, now - asked
        self._least, self._most = least, most

    def own(self, moment: float) -> float:
        """Return a moment of the ledger's clock on our own."""
        return moment - (self._least + self._most) / 2
