"""What the intervals of an evaluation are, in words."""

from typing import Final

from app.domain.evaluation import Evaluation

_NOW: Final = (
    "Intervals are of 95 %: at each end the wider one of the bootstrap, which draws people anew "
    "and not photos, and of Wilson's on as many trials as are independent: where nobody failed, as "
    "many as there are people. Of comparisons these are pairs of people with nobody in common; but "
    "a group's are held to go together as closely as those of everybody at the same threshold. A "
    "figure behind which fewer than 30 events stand, or events of fewer than 30 people or of fewer "
    "than 30 pairs of people with nobody in common, is not to be quoted without its interval."
)
_OLDER: Final = (
    "Intervals are of 95 %, and of an older kind, which is too narrow where people have several "
    "photos: Wilson's was made on photos and comparisons as if each were of other people."
)


def intervals_told(evaluation: Evaluation) -> str:
    """Say how the intervals were made, and which figures are not to be quoted without them."""
    if not evaluation.is_older:
        return _NOW
    return (
        f"{_OLDER} A figure behind which fewer than 30 events stand is not to be quoted without "
        "its interval; whether enough people stand behind the others was not counted."
    )


def remarks_told(evaluation: Evaluation) -> tuple[str, ...]:
    """Return what is to be read with care, and that an older result's intervals are."""
    if not evaluation.is_older:
        return evaluation.remarks
    again = f"This result was made by an older version. {_OLDER} Measure again."
    return (*evaluation.remarks, again)
