"""Who is enrolled and who is searched for, as the set says or drawn with a seed."""

import random
from collections.abc import Iterable, Mapping, Sequence

from app.domain.errors import SourceUnusableError
from app.domain.evaluation.labelled import LabelledPhoto, PlacedPhoto, Protocol, Role

KEPT_AWAY = 3
"""One person in so many is left out of the gallery, and all their photos are non-mated probes."""

_Photos = Mapping[str, Sequence[LabelledPhoto]]  # by person


def drawn(photos: Sequence[LabelledPhoto], seed: int, most_probes: int | None = None) -> Protocol:
    """Return the protocol that the set gives; roles it leaves out are drawn by `seed`.

    A person of whom a photo has a role keeps to it: beside an enrolled photo the others are mated
    probes, beside mated probes the first other one is enrolled, beside non-mated probes all are. Of
    everybody else one in three is kept away, people with a single photo first, and of each who is
    left one photo, drawn, is enrolled and the others are mated probes. Of the photos drawn at most
    `most_probes` become mated probes, and at most as many non-mated ones; the rest is left out.
    Who is enrolled and then searched for by no probe is a distractor, whatever the set says.

    The same photos and seed give the same protocol, whatever order they come in. Raises
    SourceUnusableError where the roles contradict one another, or nothing could be measured.
    """
    by_person: dict[str, list[LabelledPhoto]] = {}
    for photo in sorted(photos, key=lambda one: (one.person, one.image)):
        by_person.setdefault(photo.person, []).append(photo)
    told = {person: own for person, own in by_person.items() if any(one.role for one in own)}
    untold = {person: own for person, own in by_person.items() if person not in told}
    roles = {photo.image: role for own in told.values() for photo, role in _completed(own)}
    roles |= _drawn(untold, random.Random(seed), most_probes or len(photos))  # noqa: S311 - must come out the same again
    protocol = Protocol.placed(
        (
            PlacedPhoto(one.person, one.image, roles[one.image], one.groups)
            for one in photos
            if one.image in roles
        ),
        None if all(one.role for one in photos) else seed,
    )
    _check(protocol)
    return protocol


def _completed(own: Sequence[LabelledPhoto]) -> Iterable[tuple[LabelledPhoto, Role]]:
    """Give every photo of a person a role, of whom some have one."""
    given = {one.role for one in own if one.role}
    is_enrolled = any(role.is_gallery for role in given)
    for photo in own:
        if photo.role:
            yield photo, photo.role
        elif Role.PROBE_NONMATED in given:
            yield photo, Role.PROBE_NONMATED
        elif is_enrolled:
            yield photo, Role.PROBE_MATED
        else:
            is_enrolled = True
            yield photo, Role.GALLERY_MATED


def _drawn(by_person: _Photos, draw: random.Random, most: int) -> Mapping[str, Role]:
    single = [person for person, own in by_person.items() if len(own) == 1]
    several = [person for person, own in by_person.items() if len(own) > 1]
    draw.shuffle(single)
    draw.shuffle(several)
    away = set([*single, *several][: min(len(by_person) // KEPT_AWAY, most)])
    roles, mated, others = dict[str, Role](), list[str](), list[str]()
    for person, own in by_person.items():
        if person in away:
            others += [one.image for one in own]
            continue
        enrolled = draw.choice(own).image
        roles[enrolled] = Role.GALLERY_MATED
        mated += [one.image for one in own if one.image != enrolled]
    roles |= dict.fromkeys(_some(mated, draw, most), Role.PROBE_MATED)
    return roles | dict.fromkeys(_some(others, draw, most), Role.PROBE_NONMATED)


def _some(images: Sequence[str], draw: random.Random, most: int) -> Sequence[str]:
    return images if len(images) <= most else draw.sample(images, most)


def _check(protocol: Protocol) -> None:
    enrolled = {photo.person for photo in protocol.photos if photo.role.is_gallery}
    for photo in protocol.photos:
        if photo.role is Role.PROBE_MATED and photo.person not in enrolled:
            raise SourceUnusableError(
                f"{photo.image} is a mated probe, and no photo of {photo.person} is enrolled; give "
                f"one of their photos the role {Role.GALLERY_MATED}, or this one the role "
                f"{Role.PROBE_NONMATED}."
            )
        if photo.role is Role.PROBE_NONMATED and photo.person in enrolled:
            raise SourceUnusableError(
                f"{photo.image} is a non-mated probe, and a photo of {photo.person} is enrolled; "
                f"give it the role {Role.PROBE_MATED}."
            )
    probes = any(not photo.role.is_gallery for photo in protocol.photos)
    if not enrolled or not probes:
        raise SourceUnusableError(
            "There is nothing to measure: at least one photo must be enrolled and one searched. "
            "A set needs several people, and two photos of most of them."
        )
