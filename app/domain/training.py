"""Until when somebody's training counts, as a policy rule may ask for it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

ENDS_SOON: Final = timedelta(days=30)
"""So long before their training ends people are warned."""


@dataclass(frozen=True, slots=True)
class Training:
    """Training as it stands on the day on which somebody asks."""

    until: date | None  # the last day on which it counts; None: nobody said that there was one
    today: date

    @property
    def is_current(self) -> bool:
        """Whether it counts today."""
        return self.until is not None and self.today <= self.until

    @property
    def warning(self) -> str | None:
        """What to tell those whose training ends soon."""
        if self.until is None or not self.today <= self.until <= self.today + ENDS_SOON:
            return None
        return f"Your training counts until {self.until}; after that no search is made for you."

    @property
    def told(self) -> str:
        """Say how it stands, in a sentence."""
        if self.until is None:
            return "No training is on record for whoever asks."
        return f"The training of whoever asks counted until {self.until}."
