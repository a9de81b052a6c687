"""What an evaluation says beside its rates: what was read, what it was measured on, and remarks."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.domain.evaluation import PhotoFailure, PlacedPhoto, Protocol, Rate, Reading
from app.domain.evaluation.grouping import MOST_GROUPS, columns_of, ungrouped
from app.ports.measurement import Measurement, Trial
from app.ports.scratch_engine import RawScores
from app.services.evaluation.showing import FACE_SEEN

_STRAYS_NAMED = 5


def reading(
    measurement: Measurement, protocol: Protocol, failures: Mapping[str, str], *, of_photos: bool
) -> Reading:
    """Count the photos that could not be used; `failures` are codes, by image.

    Where faces that are enrolled were shown and not photos, finding and enrolling was not tried.
    """

    def rate(photos: Iterable[PlacedPhoto], *, unseen_only: bool) -> Rate:
        forgiven = FACE_SEEN if unseen_only else frozenset[str]()
        return measurement.rate(
            Trial(one.person, failures.get(one.image) not in {None, *forgiven}) for one in photos
        )

    photos = protocol.photos
    tried = photos if of_photos else ()
    return Reading(
        rate(tried, unseen_only=True),
        rate((one for one in tried if one.role.is_gallery), unseen_only=False),
        rate((one for one in photos if not one.role.is_gallery), unseen_only=False),
        tuple(
            PhotoFailure(one.image, one.person, one.role, failures[one.image])
            for one in photos
            if one.image in failures
        ),
    )


def digest_of(protocol: Protocol, digests: Mapping[str, bytes]) -> str:
    """Return one SHA-256 of all labels, roles and bytes, whatever order the photos come in.

    It is of one line a photo, sorted: the JSON list of image, person, role, groups and the SHA-256
    of the bytes (empty where they could not be read).
    """
    lines = sorted(
        json.dumps(
            [
                *(photo.image, photo.person, photo.role, sorted(photo.groups.items())),
                digests.get(photo.image, b"").hex(),
            ]
        )
        for photo in protocol.photos
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def remarks_on(
    protocol: Protocol, scores: RawScores, held: int | None, same: int
) -> tuple[str, ...]:
    """Say what of an evaluation must be read with care.

    `held` are the faces that a search may return, where the set's are not all; `same` counts the
    mated probes that were left out, being a photo that is enrolled.
    """
    places = held or sum(photo.role.is_gallery for photo in protocol.photos)
    remarks = [*_remarks_on_columns(protocol.photos)]
    if same:
        remarks.append(
            f"{same:,} mated probes were left out, for the very same file is enrolled for their "
            "person: to find it again says nothing."
        )
    if scores.told is not None and scores.told < places:
        remarks.append(
            f"The engine tells only the {scores.told:,} strongest candidates of a search; whoever "
            "is not told counts as below every threshold and as not returned."
        )
    return tuple(remarks)


def _remarks_on_columns(photos: Sequence[PlacedPhoto]) -> Iterator[str]:
    """Say what no group was made of."""
    for name in ungrouped(photos):
        yield f"The column {name} has more than {MOST_GROUPS} values and was not grouped by."
    for column in columns_of(photos, ()):
        if column.lost:
            yield (
                f"By {column.name}, only people of several values have {', '.join(column.lost)}: "
                "no group was made of it. Where it is a property of the photo, call the column "
                "pose or view."
            )
        if column.strays:
            some = ", ".join(sorted(set(column.strays))[:_STRAYS_NAMED])
            yield (
                f"By {column.name}, what is no number from 0 on was taken for no value: {some} "
                f"(photos: {len(column.strays):,})."
            )
