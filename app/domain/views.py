"""Views of a booking photo, its pose and its type, from the words and codes that jails use."""

from app.domain.booking import Coded
from app.domain.ncic import by_word, spoken
from app.domain.photo import View

ITL = "ANSI/NIST-ITL"

SYNONYMS = {
    View.FRONT: "front,f,frontal,full frontal,front view",
    View.LEFT: "left,l,left profile,left side,profile left",
    View.RIGHT: "right,r,right profile,right side,profile right",
    View.SCAR_MARK_TATTOO: "scar mark tattoo,smt,scar,mark,tattoo,marking,tat",
    View.OTHER: "other,oth,a,d,angled,uncategorized,wristband,document",
}

POSES = {
    "F": SYNONYMS[View.FRONT] + ",full face,full face frontal",
    "R": SYNONYMS[View.RIGHT] + ",right facing",
    "L": SYNONYMS[View.LEFT] + ",left facing",
    "A": "a,angled,angle,angled pose,oblique,three quarter,3 4",
    "D": "d,determined,determined 3d,determined 3d pose,3d",
}
"""Codes of ANSI/NIST-ITL 1-2011, field 10.020 (POS), and the words that mean them."""

IMAGE_TYPES = {
    "FACE": "face,facial,head,mugshot,mug shot,mug,mugshots,booking photo",
    "SCAR": "scar,scars",
    "MARK": "mark,marks,marking,birthmark,mole,piercing",
    "TATTOO": "tattoo,tattoos,tat",
}
"""Codes of field 10.003 (IMT), as far as a jail has them, and the words that mean them."""

_VIEWS = {word: view for view, words in SYNONYMS.items() for word in words.split(",")}
_POSES = by_word(POSES)
_TYPES = by_word(IMAGE_TYPES)
_SHOWN = {"F": View.FRONT, "L": View.LEFT, "R": View.RIGHT}


def view_of(text: str) -> View | None:
    """Read a view, whatever its case; None when it is not known."""
    return _VIEWS.get(spoken(text))


def pose_of(text: str) -> Coded:
    """Read a pose, whatever its case; one that is not known has no code."""
    return _coded(text, _POSES.get(spoken(text)))


def image_type_of(text: str) -> Coded:
    """Read an image type, whatever its case; one that is not known has no code."""
    return _coded(text, _TYPES.get(spoken(text)))


def pose_in(view: str) -> Coded | None:
    """Return the pose that the text of a view names too; None where it names none."""
    pose = pose_of(view)
    return pose if pose.code is not None else None


def image_type_in(view: str) -> Coded | None:
    """Return the image type that the text of a view says too; None where it says none."""
    if pose_in(view) is not None:
        return _coded(view, "FACE")
    image_type = image_type_of(view)
    return image_type if image_type.code is not None else None


def shown(view: View | None, pose: Coded | None, image_type: Coded | None) -> View | None:
    """Say what a photo shows, from all that is said of it; None when nothing is.

    It is front only where nothing says otherwise: a photo that is no face, or a pose that is not
    known, is never taken for one.
    """
    if image_type is not None and image_type.code != "FACE":
        return View.OTHER if image_type.code is None else View.SCAR_MARK_TATTOO
    if view not in {None, View.FRONT} or pose is None:
        return view
    return _SHOWN.get(pose.code or "", View.OTHER)


def _coded(raw: str, code: str | None) -> Coded:
    return Coded(raw, code, ITL if code else None)
