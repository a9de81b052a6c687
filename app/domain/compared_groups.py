"""How unequally a model errs between the groups of one kind, as a site's own photos tell."""

from dataclasses import dataclass
from math import inf

from app.domain.curve import EVERY_PAIR_TWICE, Curve
from app.domain.differential import at_most

RACE, SEX = "race", "sex"
"""The kinds of groups that are compared."""


@dataclass(frozen=True, slots=True)
class SiteDifferential:
    """How many times as often the worst group is confused as the best.

    `low` to `high` are the furthest ends of the groups' own 95 % intervals; `high` is infinite
    where nobody of a group was confused. `ratio` is None where a group has too few pairs for one.
    """

    ratio: float | None
    low: float
    high: float

    @property
    def told(self) -> str:
        """Say it to people."""
        if self.ratio is None:
            return f"at least {self.low:.1f} times, {self.at_most} (too few pairs to estimate it)"
        return f"about {self.ratio:.1f} times ({self.low:.1f} or more, {self.at_most})"

    @property
    def at_most(self) -> str:
        """Say the upper end to people."""
        return at_most(self.high)


@dataclass(frozen=True, slots=True)
class ComparedGroups:
    """Groups of one kind, such as race: every drawn person of a group against all others of it.

    `curves` are by the raw scores of the calibration; `too_few` names what was not measured, and
    `unlabelled` counts the drawn of whom no group of the kind is known.
    """

    kind: str
    curves: tuple[Curve, ...]
    too_few: tuple[str, ...] = ()
    unlabelled: int = 0

    def differential(self, place: int) -> SiteDifferential | None:
        """Compare them at a raw score, by its place; None where there are no two."""
        if len(self.curves) < 2:  # noqa: PLR2004 - two are compared
            return None
        lows = [one.low[place] for one in self.curves]
        highs = [one.high[place] for one in self.curves]
        least, most = min(lows), max(highs)
        ratio = None
        if all(place < one.estimated(EVERY_PAIR_TWICE) for one in self.curves):
            rates = [_rate(one, place) for one in self.curves]
            ratio = max(rates) / min(rates)
        low = max(1.0, max(lows) / min(highs))
        return SiteDifferential(ratio, low, most / least if least else inf)


def _rate(curve: Curve, place: int) -> float:
    return curve.others[place] / (curve.probes * (curve.probes - 1))
