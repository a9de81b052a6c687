"""Custody statuses: where the person is, in codes of our own, for no list of them is shared."""

from app.domain.booking import Coded
from app.domain.denied_fields import must_not_be_kept
from app.domain.ncic import by_word, spoken

CANDID = "CANDID"

CUSTODY_STATUSES = {
    "in_custody": "in,in custody,in jail,in facility,incarcerated,confined,detained,booked,active",
    "temporarily_out": (
        "temporarily out,temporary release,temporarily released,temp release,out to court,"
        "in court,furlough,work release,weekender,weekender release,out on pass"
    ),
    "released": (
        "released,discharged,bonded,bonded out,bailed,bailed out,ror,own recognizance,"
        "released on own recognizance,time served,not in custody,out of custody"
    ),
    "transferred": (
        "transferred,transferred out,released to other agency,released to another agency,extradited"
    ),
    "escaped": "escaped,escape,escapee,walkaway,walk away,absconded,awol",
    "deceased": "deceased,died,dead,died in custody",
}
"""Each code, and the words that mean it; what could mean two of them, such as OUT, means none."""

_CODES = by_word(CUSTODY_STATUSES)


def custody_status_of(raw: str) -> Coded | None:
    """Read a custody status: one not known has no code, one that tells of health is left out."""
    if must_not_be_kept(raw):
        return None
    code = _CODES.get(spoken(raw))
    return Coded(raw, code, CANDID if code else None)
