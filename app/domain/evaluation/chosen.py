"""Which face of a photo with several is the labelled person's."""

from collections.abc import Sequence

from app.domain.evaluation.labelled import FaceRule
from app.domain.face import Face


def chosen_face(faces: Sequence[Face], rule: FaceRule) -> int | None:
    """Return the index of a face among `faces`, largest first; None leaves it to the service."""
    match rule:
        case FaceRule.SERVICE:
            return None
        case FaceRule.LARGEST:
            return 0
        case FaceRule.CENTRAL:
            return min(range(len(faces)), key=lambda at: _from_middle(faces[at]), default=0)


def _from_middle(face: Face) -> float:
    box = face.box
    return abs(box.left + box.width / 2 - 0.5) + abs(box.top + box.height / 2 - 0.5)
