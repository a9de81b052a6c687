"""What a booking says of a person and of the stay, in lines; what is long is in disclosure.json."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from adapters.disclosure_paper.letters import one_line

LONGEST_NAME: Final = 120
_LONGEST: Final = 120  # characters of one charge, detainer, mark or alias on paper
_MOST: Final = 5  # of a list on paper
_LOOKS: Final = (
    ("sex", "sex"),
    ("race", "race"),
    ("eye_color", "eyes"),
    ("hair_color", "hair"),
    ("skin_tone", "skin"),
)
_NAMES: Final = ("first_name", "middle_name", "suffix")


def minute(at: str) -> str:
    """Return a time in UTC, as long as it is read."""
    return f"{at[:10]} {at[11:16]}Z"


def person_lines(person: Mapping[str, Any]) -> Iterator[str]:
    """Yield who was booked: names and numbers, looks, marks and aliases."""
    if named := _named(person):
        yield one_line(named, LONGEST_NAME)
    if person["date_of_birth"]:
        yield f"Born {person['date_of_birth']}"
    if person["person_id"]:
        yield f"Person {one_line(person['person_id'], LONGEST_NAME)}"
    if person["merged_into_person_id"]:
        yield f"Now person {one_line(person['merged_into_person_id'], LONGEST_NAME)}"
    if looks := ", ".join(_looks(person)):
        yield one_line(looks[0].upper() + looks[1:], _LONGEST)
    yield from _some(map(_mark, person["scars_marks_tattoos"] or ()), "Mark: ", "mark")
    yield from _some(map(_alias, person["aliases"] or ()), "Alias: ", "alias", "aliases")


def stay_lines(booking: Mapping[str, Any]) -> Iterator[str]:
    """Yield the stay: number, times, custody, where, the charges, and who else wants the person."""
    yield one_line(str(booking["booking_number"] or "No number"), LONGEST_NAME)
    if before := booking["previous_booking_numbers"]:
        yield one_line(f"Before: {', '.join(before)}", _LONGEST)
    for name, label in (("booked_at", "Booked"), ("released_at", "Released")):
        if booking[name]:
            yield f"{label} {minute(booking[name])}"
    if booking["custody_status"]:
        yield one_line(f"Custody: {booking['custody_status']}", _LONGEST)
    if booking["facility"]:
        yield one_line(f"At {booking['facility']}", _LONGEST)
    yield from _some(map(_charge, booking["charges"]), "", "charge")
    yield from _some(map(_detainer, booking["detainers"]), "Detainer: ", "detainer")


def _named(name: Mapping[str, Any]) -> str:
    given = " ".join(name[one] for one in _NAMES if name[one])
    return ", ".join(one for one in (name["last_name"], given) if one)


def _looks(person: Mapping[str, Any]) -> Iterator[str]:
    for name, label in _LOOKS:
        if person[name]:
            yield f"{label} {person[name]}"
    if person["height_inches"]:
        feet, inches = divmod(person["height_inches"], 12)
        yield f"{feet} ft {inches} in"
    if person["weight_pounds"]:
        yield f"{person['weight_pounds']} lb"


def _mark(feature: Mapping[str, Any]) -> str:
    said = (feature["smt"], feature["location"], feature["description"])
    return ", ".join(dict.fromkeys(one for one in said if one))


def _alias(alias: Mapping[str, Any]) -> str:
    named = alias["full_name"] or _named(alias)
    born = alias["date_of_birth"]
    return f"{named or 'no name'}, born {born}" if born else named


def _charge(charge: Mapping[str, Any]) -> str:
    parts = [charge[name] for name in ("statute", "description", "severity")]
    said = " ".join(str(part) for part in parts if part) or "charge without text"
    counts = f", {charge['counts']} counts" if (charge["counts"] or 1) > 1 else ""
    return f"{said}{counts} (disposition: {charge['disposition'] or 'not known'})"


def _detainer(detainer: Mapping[str, Any]) -> str:
    return ": ".join(one for one in (detainer["agency"], detainer["reason"]) if one)


def _some(lines: Iterable[str], label: str, one: str, many: str = "") -> Iterator[str]:
    """Yield the first of a list, and how many more there are."""
    every: Sequence[str] = [line for line in lines if line]
    yield from (one_line(f"{label}{line}", _LONGEST) for line in every[:_MOST])
    if more := len(every[_MOST:]):
        yield f"and {more} more {one if more == 1 else many or one + 's'} in disclosure.json"
