"""The groups of a set: one column a property, numbers put into bands."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.domain.evaluation.labelled import PlacedPhoto

MOST_GROUPS = 20
"""A column of more values is no grouping, unless they are numbers: these are put into bands."""

MOST_CONTRADICTED = 0.1
"""A column is one of people while at most so many of those with several photos have several values:
they are slips of the pen. Where more have, it is of photos, as pose is."""

_OF_PHOTOS = frozenset({"pose", "view", "years between", "years between photos"})
"""Columns that are of photos however few people have several values: a rare pose is no slip."""

_BANDS = 0, 1, 2, 5, 10, 18, 30, 40, 50, 60, 70
"""Where bands of numbers begin, which suit ages as well as years between two photos."""
_FEW = 10  # numbers that stand for themselves
_LEAST_NUMBERS = 0.9
"""A column is one of numbers where they are so many of its values: what else stands there is none
of its values, as `90+` and `adult` are no ages."""


@dataclass(frozen=True, slots=True)
class Column:
    """The value of each photo in one column; None where it has none, or its person contradicts it.

    In a column of people (`of_person`) one person has one value; whose photos have several is in
    no group, and counted as `contradicted`.
    """

    name: str
    values: tuple[str, ...]  # in the order in which they are told
    of_person: bool
    gallery: tuple[str | None, ...]  # by place
    probes: tuple[str | None, ...]
    unlabelled: int  # photos without a value, or with a stray one
    contradicted: int = 0  # people
    lost: tuple[str, ...] = ()  # values that nobody has who does not contradict them
    strays: tuple[str, ...] = ()  # what stands among numbers and is none, once a photo


def columns_of(gallery: Sequence[PlacedPhoto], probes: Sequence[PlacedPhoto]) -> tuple[Column, ...]:
    """Return the columns that group photos, by name; those with too many values are left out."""
    photos = (*gallery, *probes)
    names = sorted({name for photo in photos for name in photo.groups})
    columns = (_column(name, gallery, probes) for name in names)
    return tuple(column for column in columns if len(column.values) <= MOST_GROUPS)


def ungrouped(photos: Sequence[PlacedPhoto]) -> tuple[str, ...]:
    """Return the names of the columns that have too many values to group by."""
    names = {name for photo in photos for name in photo.groups}
    return tuple(sorted(names - {column.name for column in columns_of(photos, ())}))


def _column(name: str, gallery: Sequence[PlacedPhoto], probes: Sequence[PlacedPhoto]) -> Column:
    photos = (*gallery, *probes)
    given = [(photo.person, photo.groups[name]) for photo in photos if name in photo.groups]
    told = _groups_of(Counter(value for _, value in given))
    valued = [(person, told[value]) for person, value in given if value in told]
    several = _of_several_values(valued)
    few = len(several) <= MOST_CONTRADICTED * _of_several_photos(valued)
    of_person = few and name.casefold().replace("_", " ") not in _OF_PHOTOS
    aside = several if of_person else frozenset[str]()

    def value_of(photo: PlacedPhoto) -> str | None:
        return None if photo.person in aside else told.get(photo.groups.get(name, ""))

    places, searched = tuple(map(value_of, gallery)), tuple(map(value_of, probes))
    values = {value for value in (*places, *searched) if value is not None}
    return Column(
        name,
        _in_order(values),
        of_person,
        places,
        searched,
        len(photos) - len(valued),
        len(aside),
        _in_order({value for _, value in valued} - values),
        tuple(sorted(value for _, value in given if value not in told)),
    )


def _groups_of(values: Counter[str]) -> Mapping[str, str]:
    """Return the group of each value: a band of numbers, or the commonest spelling of a word.

    Among numbers, what is none has no group.
    """
    numbers = {value: number for value in values if (number := _number(value)) is not None}
    share = sum(values[value] for value in numbers) / values.total()
    if len(numbers) > _FEW and share >= _LEAST_NUMBERS:
        return {value: _band(number) for value, number in numbers.items()}
    spellings = dict[str, str]()
    for value in sorted(values, key=lambda value: (-values[value], value)):
        spellings.setdefault(value.casefold(), value)
    return {value: spellings[value.casefold()] for value in values}


def _in_order(values: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(values, key=lambda value: (_first_number(value), value)))


def _of_several_values(valued: Sequence[tuple[str, str]]) -> frozenset[str]:
    """Return the people who have several values."""
    values = Counter(person for person, _ in set(valued))
    return frozenset(person for person, count in values.items() if count > 1)


def _of_several_photos(valued: Sequence[tuple[str, str]]) -> int:
    """Count the people of whom several photos have a value: they alone could contradict."""
    photos = Counter(person for person, _ in valued)
    return sum(count > 1 for count in photos.values())


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _first_number(value: str) -> float:
    number = _number(value.split(" ", 1)[0])
    return -1.0 if number is None else number


def _band(number: float) -> str:
    place = bisect_right(_BANDS, number)
    if place == len(_BANDS):
        return f"{_BANDS[-1]} and over"
    return f"{_BANDS[place - 1]} to under {_BANDS[place]}"
