"""What is not measured is not told as if it had been."""

import string

import pytest

from app.domain.errors import SourceUnusableError
from app.domain.evaluation import LabelledPhoto, Rate, Role
from tests.fakes import drawn_photo
from tests.services.evaluation.drawn_sets import DrawnPhotos, drawn_set, evaluated


async def test_a_mated_probe_that_is_the_enrolled_photo_itself_is_left_out() -> None:
    again = drawn_photo("Ada", note="1")  # Ada-1, byte for byte

    evaluation = await evaluated(drawn_set({"Ada-2": again, "Bea-2": None}))

    assert evaluation.facts.photos == {
        Role.GALLERY_MATED: 5,
        Role.GALLERY_DISTRACTOR: 1,  # Ada, whom nobody is searched for any more
        Role.PROBE_MATED: 5,
        Role.PROBE_NONMATED: 2,
    }
    assert evaluation.open_set.investigation[0].fnir.n == 5
    assert [one.image for one in evaluation.reading.failures] == ["Bea-2"]
    assert evaluation.remarks[-1].startswith("1 mated probes were left out, for the very same file")


async def test_a_probe_whose_enrolled_copy_was_refused_is_a_miss() -> None:
    refused = drawn_photo()  # nobody in it

    evaluation = await evaluated(drawn_set({"Ada-1": refused, "Ada-2": refused}))

    missed = evaluation.open_set.investigation[0].fnir
    assert (missed.k, missed.n) == (1, 6)
    assert evaluation.remarks == ("Drawn by hand.",)


async def test_values_that_went_with_the_people_who_contradict_them_are_named() -> None:
    photos, labels = dict[str, bytes | None](), []
    for at, name in enumerate(string.ascii_lowercase[:12]):
        for note, role in (("1", Role.GALLERY_MATED), ("2", Role.PROBE_MATED)):
            photos[f"{name}{note}"] = drawn_photo(name, note=note)
            light = "dark" if at == 0 and note == "2" else "bright"
            labels.append(LabelledPhoto(name, f"{name}{note}", role, {"light": light}))

    evaluation = await evaluated(DrawnPhotos(photos, labels))

    assert "By light, only people of several values have dark" in evaluation.remarks[-1]


async def test_what_is_no_number_in_a_column_of_numbers_is_named() -> None:
    photos, labels = dict[str, bytes | None](), []
    for at, name in enumerate(string.ascii_lowercase[:12]):
        for note, role in (("1", Role.GALLERY_MATED), ("2", Role.PROBE_MATED)):
            photos[f"{name}{note}"] = drawn_photo(name, note=note)
            age = "90+" if (at, note) == (0, "2") else str(20 + at)
            labels.append(LabelledPhoto(name, f"{name}{note}", role, {"age": age}))

    evaluation = await evaluated(DrawnPhotos(photos, labels))

    assert evaluation.remarks[-1] == (
        "By age, what is no number from 0 on was taken for no value: 90+ (photos: 1)."
    )


async def test_where_every_probe_is_an_enrolled_photo_the_set_is_refused() -> None:
    photos = {f"Ada-{at}": drawn_photo("Ada") for at in (1, 2)}
    roles = {"Ada-1": Role.GALLERY_MATED, "Ada-2": Role.PROBE_MATED}
    labels = [LabelledPhoto("Ada", image, role) for image, role in roles.items()]

    with pytest.raises(SourceUnusableError, match="every probe is the very same file"):
        await evaluated(DrawnPhotos(photos, labels))


async def test_of_enrolled_faces_neither_finding_nor_enrolling_is_told() -> None:
    evaluation = await evaluated(drawn_set(held=9000))

    reading = evaluation.reading
    assert reading.failure_to_detect == reading.failure_to_enrol == Rate(0, 0, None)
    assert reading.failure_to_search.n == 8
    assert evaluation.remarks[-1].startswith("The engine tells only the 4,096 strongest")
