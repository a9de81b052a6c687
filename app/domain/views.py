"""Views of a booking photo, from the words and codes that jails use for them."""

from app.domain.ncic import spoken
from app.domain.photo import View

SYNONYMS = {
    View.FRONT: "front,f,frontal,full frontal,front view",
    View.LEFT: "left,l,left profile,left side,profile left",
    View.RIGHT: "right,r,right profile,right side,profile right",
    View.SCAR_MARK_TATTOO: "scar mark tattoo,smt,scar,mark,tattoo,marking,tat",
    View.OTHER: "other,oth,a,d,angled,uncategorized,wristband,document",
}
"""F, R, L, A and D are the pose codes of ANSI/NIST-ITL 1-2011, field 10.020."""

_BY_WORD = {word: view for view, words in SYNONYMS.items() for word in words.split(",")}


def view_of(text: str) -> View | None:
    """Read a view, whatever its case; None when it is not known."""
    return _BY_WORD.get(spoken(text))
