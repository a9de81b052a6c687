"""Why a search is made: a closed list that policy profiles may only restrict."""

from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    """The purposes a face search can be made for."""

    CRIMINAL_INVESTIGATION = "criminal_investigation"
    MISSING_PERSON = "missing_person"
    DECEASED_UNIDENTIFIED = "deceased_unidentified"
    AT_RISK_PERSON = "at_risk_person"
    JAIL_IDENTITY_CHECK = "jail_identity_check"
    TRAINING_TEST = "training_test"


PURPOSE_LABELS: Final = {
    Purpose.CRIMINAL_INVESTIGATION: "Criminal investigation",
    Purpose.MISSING_PERSON: "Missing person",
    Purpose.DECEASED_UNIDENTIFIED: "Unidentified deceased person",
    Purpose.AT_RISK_PERSON: "Person at risk who cannot say who they are",
    Purpose.JAIL_IDENTITY_CHECK: "Identity check in the jail",
    Purpose.TRAINING_TEST: "Training or test",
}
"""What people are shown."""
