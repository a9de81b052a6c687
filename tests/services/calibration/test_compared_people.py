"""Holding the people of a group against one another: who is of it, and who may be one person."""

from dataclasses import replace

from app.domain.booking import Coded
from app.services.open_own_collection import open_own_collection
from tests.databases import COLLECTION
from tests.jails import Jail
from tests.services.calibration.galleries import PEOPLE, booked, calibrated, fill


async def test_groups_are_compared_with_their_own_people_alone(jail: Jail) -> None:
    await fill(jail)

    race, sex = (await calibrated(jail)).compared

    white, women = PEOPLE - 10, PEOPLE // 2
    assert (race.kind, race.too_few) == ("race", ("race I",))
    assert [(one.group, one.probes, one.others[0]) for one in race.curves] == [
        ("race W", white, white * (white - 1))
    ]
    assert (sex.kind, sex.too_few) == ("sex", ())
    assert [(one.group, one.others[0]) for one in sex.curves] == [
        ("sex F", women * (women - 1)),
        ("sex M", women * (women - 1)),
    ]


async def test_unknown_and_uncoded_values_are_no_group_and_are_counted(jail: Jail) -> None:
    """40 people of NCIC's "unknown" are no race, and neither are five whom no code is known for."""
    await fill(jail)
    for number in range(45):
        one = booked(number)
        said = Coded("UNK", "U") if number < 40 else Coded("Hispanic")
        jail.fake_jms.known[f"A{number}"] = replace(one, person=replace(one.person, race=said))

    found = await calibrated(jail)

    race, sex = found.compared
    assert (race.unlabelled, race.too_few, sex.unlabelled) == (45, ("race I",), 0)
    named = " ".join([*found.too_few, *(str(one.group) for one in found.groups)])
    assert "race U" not in named
    assert "HISPANIC" not in named


async def test_one_person_under_two_numbers_makes_a_group_worse_and_never_better(
    jail: Jail,
) -> None:
    """Everybody has two photos that are very alike; 40 women are there twice."""
    women, numbers = range(PEOPLE // 2, PEOPLE), range(PEOPLE + 40)

    def name(number: int) -> str:
        return f"person {number if number < PEOPLE else women[number - PEOPLE]}"

    photos = {f"{side}{n}": (n, name(n)) for side in "AB" for n in numbers}
    jail.fake_jms.known = {
        photo: booked(n if n < PEOPLE else women[0], n) for photo, (n, _) in photos.items()
    }
    await open_own_collection(jail.records, COLLECTION, await jail.engine.describe(), None)
    await jail.book({photo: who for photo, (_, who) in photos.items()})

    found = await calibrated(jail, own=0.9)

    assert found.several == PEOPLE + 40
    [curve] = [one for one in found.compared[1].curves if one.group == "sex F"]
    at = found.raw_scores.index(found.doubtful_from or 0.0)
    assert curve.others[at] == 80
    assert curve.low[at] == 0.0
    assert curve.high[at] > 80 / (curve.probes * (curve.probes - 1))


async def test_one_mugshot_for_two_bookings_is_no_second_photo(jail: Jail) -> None:
    """It is as like itself as can be, and nothing would be doubtful any more."""
    photos = {f"{side}{n}": n for side in "AB" for n in range(PEOPLE)}
    jail.fake_jms.known = {photo: booked(n) for photo, n in photos.items()}
    await open_own_collection(jail.records, COLLECTION, await jail.engine.describe(), None)
    await jail.book({photo: f"person {n}" for photo, n in photos.items()})

    found = await calibrated(jail, own=1.0)

    assert (found.people, found.faces) == (PEOPLE, 2 * PEOPLE)
    assert (found.several, found.doubtful_from) == (0, found.raw_scores[0])


async def test_without_second_photos_nothing_is_known_of_one_person_under_two_numbers(
    jail: Jail,
) -> None:
    await fill(jail)

    found = await calibrated(jail)

    assert found.doubtful_from == found.raw_scores[0]
    assert all(set(one.low) == {0.0} for kind in found.compared for one in kind.curves)
