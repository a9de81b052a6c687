"""Galleries to calibrate: as many people as are needed, by sex and race."""

from dataclasses import replace

from app.domain.booking import Booking, Coded
from app.domain.selectivity import GalleryCalibration
from app.services.calibration.calibrate_gallery import LEAST_PEOPLE, CalibrateGallery
from app.services.open_own_collection import open_own_collection
from tests.databases import COLLECTION
from tests.fakes_calibration import FakeLookAlikes
from tests.jails import ACTOR, Jail, booking

PEOPLE = LEAST_PEOPLE + 10


def booked(number: int, person: int | None = None) -> Booking:
    """Return the booking of a photo; the first half is of one sex, all but ten of one race."""
    one = booking(f"A{number}", f"P-{number if person is None else person}")
    sex = Coded("MALE", "M") if number < PEOPLE // 2 else Coded("f", "F")
    race = Coded("WHITE", "W") if number < PEOPLE - 10 else Coded("I", "I")
    return replace(one, person=replace(one.person, sex=sex, race=race))


async def fill(jail: Jail, people: int = PEOPLE) -> None:
    """Enrol people by one photo each."""
    await open_own_collection(jail.records, COLLECTION, await jail.engine.describe(), None)
    jail.fake_jms.known = {f"A{n}": booked(n) for n in range(people)}
    await jail.book({f"A{n}": f"person {n}" for n in range(people)})


async def calibrated(
    jail: Jail, probes: int = 1000, seed: int = 1, own: float = 1.0
) -> GalleryCalibration:
    """Calibrate, and keep it; `own` is how alike two photos of one name are, 1 for copies."""
    look_alikes = FakeLookAlikes(jail.engine, own=own)
    calibrate = CalibrateGallery(look_alikes, jail.records, jail.jms)
    return await calibrate(probes, seed, ACTOR, lambda *_: None)
