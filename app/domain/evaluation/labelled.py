"""A labelled set: photos whose people are known, and the part each photo plays in a test."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Role(StrEnum):
    """The part of a photo; a mated probe's person is in the gallery, a non-mated one's is not."""

    GALLERY_MATED = "gallery_mated"  # enrolled, and searched for
    GALLERY_DISTRACTOR = "gallery_distractor"  # enrolled, and searched for by nobody
    PROBE_MATED = "probe_mated"
    PROBE_NONMATED = "probe_nonmated"

    @property
    def is_gallery(self) -> bool:
        """Whether the photo is enrolled; otherwise it is searched."""
        return self in {Role.GALLERY_MATED, Role.GALLERY_DISTRACTOR}


class FaceRule(StrEnum):
    """Which face of a photo with several is the labelled person's."""

    SERVICE = "service"
    """As the service chooses: the largest to search; to enrol it too, if nobody comes near it."""
    LARGEST = "largest"
    CENTRAL = "central"
    """The one whose centre is nearest the photo's, by |dx| + |dy| in ratios of its sides."""


@dataclass(frozen=True, slots=True)
class LabelledPhoto:
    """One photo of a set; `role` is None where it is to be drawn."""

    person: str
    image: str  # its name in the set, unique there
    role: Role | None = None
    groups: Mapping[str, str] = field(default_factory=dict)  # column: value; a blank one is absent


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Photos whose people are known."""

    name: str
    photos: tuple[LabelledPhoto, ...]
    remarks: tuple[str, ...] = ()  # for people: what of the set must be read with care
    held: int | None = None
    """Faces that are enrolled already, all that a search of them may return, not the set's alone.
    None: photos are shown, in which faces are still to be found."""


@dataclass(frozen=True, slots=True)
class PlacedPhoto:
    """A photo with the part that it plays."""

    person: str
    image: str
    role: Role
    groups: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Protocol:
    """Who plays which part. `seed` is None where the set itself gave every role."""

    photos: tuple[PlacedPhoto, ...]
    seed: int | None = None

    def of(self, *roles: Role) -> tuple[PlacedPhoto, ...]:
        """Return the photos of some roles, in the set's order."""
        return tuple(photo for photo in self.photos if photo.role in roles)

    @classmethod
    def placed(cls, photos: Iterable[PlacedPhoto], seed: int | None) -> "Protocol":
        """Return one in which the part of an enrolled photo follows from the probes that are there.

        It is mated where a mated probe shows its person, and a distractor otherwise.
        """
        every = tuple(photos)
        searched_for = {photo.person for photo in every if photo.role is Role.PROBE_MATED}

        def part(photo: PlacedPhoto) -> Role:
            if not photo.role.is_gallery:
                return photo.role
            is_mated = photo.person in searched_for
            return Role.GALLERY_MATED if is_mated else Role.GALLERY_DISTRACTOR

        return cls(tuple(replace(photo, role=part(photo)) for photo in every), seed)

    def without(self, images: Collection[str]) -> "Protocol":
        """Return the same with some photos left out; whom nobody searches for is a distractor."""
        return self.placed((one for one in self.photos if one.image not in images), self.seed)

    @property
    def counts(self) -> Mapping[Role, int]:
        """How many photos play each part."""
        return Counter(photo.role for photo in self.photos)
