"""The whole service on Amazon Rekognition, spoken to over a real socket."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import install_models
from tests.e2e.calls import ids_found, index, photo_files, search, write_bookings
from tests.e2e.processes import eventually
from tests.kept import MODELS
from tests.live import LiveService
from tests.rekognition.real_faces import RealFaces
from tests.rekognition_stub import RekognitionStub


@pytest.fixture
def stub() -> Iterator[RekognitionStub]:
    stub = RekognitionStub.seeing(RealFaces(Encoder(install_models(MODELS, print))))
    with stub.serving():
        yield stub


@pytest.fixture
def service(tmp_path: Path, stub: RekognitionStub) -> Iterator[LiveService]:
    service = LiveService(tmp_path / "data", settings_of(stub))
    service.start()
    yield service
    service.stop()


@contextmanager
def stopped_at_last(service: LiveService) -> Iterator[None]:
    try:
        yield
    finally:
        service.stop()


def settings_of(stub: RekognitionStub) -> dict[str, str]:
    return {
        "CANDID_ENGINE__KIND": "rekognition",
        "CANDID_ENGINE__REGION": "us-east-1",
        "CANDID_ENGINE__ENDPOINT_URL": stub.url,
        "AWS_ACCESS_KEY_ID": "nobody",
        "AWS_SECRET_ACCESS_KEY": "nothing",
    }


def test_the_same_calls_are_served(service: LiveService, portraits: Mapping[str, Path]) -> None:
    booked = {name: path.read_bytes() for name, path in portraits.items() if "PROBE" not in name}
    probe = portraits["DEMO-PROBE"].read_bytes()
    with service.client() as client:
        created = [index(client, name, photo).status_code for name, photo in booked.items()]
        again = index(client, "DEMO-0001", booked["DEMO-0001"]).json()["outcome"]

        answer = search(client, probe).json()
        thumbnail = client.get("/photos/DEMO-0001", params={"width": "64"})

        assert set(created) == {201}
        assert again == "unchanged"
        assert answer["engine"]["name"] == "rekognition"
        first_two = [one["external_image_id"] for one in answer["candidates"][:2]]
        assert sorted(first_two) == ["DEMO-0001", "DEMO-0002"]
        assert thumbnail.headers["content-type"] == "image/jpeg"


def test_replaced_and_removed_photos_leave_no_face_behind(
    service: LiveService, portraits: Mapping[str, Path]
) -> None:
    probe = portraits["DEMO-PROBE"].read_bytes()
    with service.client() as client:
        index(client, "A1", portraits["DEMO-0003"].read_bytes())
        replaced = index(client, "A1", portraits["DEMO-0001"].read_bytes()).json()["outcome"]
        index(client, "A2", portraits["DEMO-0002"].read_bytes())
        client.delete("/index/A2").raise_for_status()

        assert replaced == "replaced"
        assert ids_found(client, probe) == ["A1"]
        assert eventually(lambda: len(photo_files(service.data_dir)) == 1)


def test_the_moratorium_is_told_and_held_to(
    service: LiveService, portraits: Mapping[str, Path]
) -> None:
    probe = portraits["DEMO-PROBE"].read_bytes()
    case = {"purpose": "criminal_investigation", "case_number": "26-001234"}
    with service.client() as client:
        refused = client.post("/search", data=case, files={"photo": probe})
        missing = client.post(
            "/search", data={**case, "purpose": "missing_person"}, files={"photo": probe}
        )

    assert "prohibited, since 10 June 2020" in service.log.read_text()
    assert (refused.status_code, refused.json()["code"]) == (403, "provider_terms")
    assert missing.status_code == 200


def test_the_photos_of_one_person_are_searched_together(
    tmp_path: Path, stub: RekognitionStub, portraits: Mapping[str, Path]
) -> None:
    names = ("DEMO-0001", "DEMO-0002", "DEMO-0003")
    people = ("12/1", "12/1", "13/1")
    bookings = tmp_path / "bookings.csv"
    write_bookings(
        bookings,
        [
            {"external_image_id": name, "booking_number": name, "person_id": person}
            for name, person in zip(names, people, strict=True)
        ],
    )
    settings = settings_of(stub) | {
        "CANDID_ENGINE__USER_VECTORS": "true",
        "CANDID_JMS__PATH": str(bookings),
    }
    service = LiveService(tmp_path / "data", settings)
    service.start()
    with stopped_at_last(service), service.client() as client:
        for name in names:
            index(client, name, portraits[name].read_bytes())

        held = stub.collections.held["bookings"].values()
        assert eventually(lambda: sum(one.user_id is not None for one in held) == 2)
        assert {one.user_id for one in held} == {"person:12:2f1", None}
        found = search(client, portraits["DEMO-PROBE"].read_bytes()).json()["candidates"]
        [other] = found[0]["other_photos"]
        assert other["similarity"] == found[0]["similarity"] > found[1]["similarity"]

        client.delete("/index/DEMO-0001").raise_for_status()
        assert eventually(lambda: len(stub.collections.held["bookings"]) == 2)


def test_a_gallery_of_another_model_stops_the_start(
    tmp_path: Path, stub: RekognitionStub, portraits: Mapping[str, Path]
) -> None:
    service = LiveService(tmp_path / "data", settings_of(stub))
    service.start()
    with stopped_at_last(service), service.client() as client:
        index(client, "A1", portraits["DEMO-0001"].read_bytes())
    stub.collections.model = "8.0"

    with pytest.raises(
        AssertionError, match=r"rekognition-7\.0, but .* CANDID_ENGINE__COLLECTION_ID"
    ):
        service.start()
