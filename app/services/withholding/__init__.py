"""Use cases about what must not be shown: hidden at once, removed after a second word."""

from dataclasses import dataclass

from app.services.withholding.manage_withheld import ManageWithheld


@dataclass(frozen=True, slots=True)
class WithholdingServices:
    """What an administrator looks at and decides."""

    manage: ManageWithheld
