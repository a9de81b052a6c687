"""Rekognition's calls to two processes at once that share one database."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.e2e.aws_calls import answered, called, code_of, image
from tests.e2e.calls import different_photos
from tests.live import live_service

AT_ONCE = 8


@pytest.fixture(scope="module")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[httpx.Client]]:
    """Clients of two services on one data directory, by turns."""
    data_dir, settings = tmp_path_factory.mktemp("shared"), {"ENCODER__PROCESSES": "1"}
    with live_service(data_dir, **settings) as first, live_service(data_dir, **settings) as second:
        pairs = zip(range(AT_ONCE), cycle((first, second)), strict=False)
        clients = [service.client() for _, service in pairs]
        yield clients
        for client in clients:
            client.close()


@pytest.fixture
def collection(clients: list[httpx.Client]) -> Iterator[str]:
    name = f"c-{uuid4().hex[:8]}"
    answered(clients[0], "CreateCollection", {"CollectionId": name})
    yield name
    called(clients[0], "DeleteCollection", {"CollectionId": name})


def together(
    clients: list[httpx.Client], calls: list[tuple[str, dict[str, Any]]]
) -> list[httpx.Response]:
    """Make one call with each client, all at the same moment."""
    start = Barrier(len(calls))

    def make(client: httpx.Client, call: tuple[str, dict[str, Any]]) -> httpx.Response:
        start.wait()
        return called(client, *call)

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(make, clients, calls))


def booked(client: httpx.Client, collection: str, photo: bytes, name: str) -> str:
    fields = {"CollectionId": collection, "Image": image(photo), "ExternalImageId": name}
    [record] = answered(client, "IndexFaces", fields)["FaceRecords"]
    return str(record["Face"]["FaceId"])


@pytest.mark.parametrize("named", [{"ExternalImageId": "A1"}, {}])
def test_the_same_image_indexed_by_two_processes_at_once_is_one_face(
    clients: list[httpx.Client],
    collection: str,
    portraits: Mapping[str, Path],
    named: Mapping[str, str],
) -> None:
    photo = portraits["DEMO-0001"].read_bytes()
    fields = {"CollectionId": collection, "Image": image(photo), **named}

    answers = together(clients, [("IndexFaces", fields)] * AT_ONCE)

    records = [answer.json()["FaceRecords"] for answer in answers]
    face_ids = {record["Face"]["FaceId"] for one in records for record in one}
    assert all(len(one) == 1 for one in records)
    for client in clients[:2]:
        listed = answered(client, "ListFaces", {"CollectionId": collection})["Faces"]
        described = answered(client, "DescribeCollection", {"CollectionId": collection})
        found = answered(
            client, "SearchFacesByImage", {"CollectionId": collection, "Image": image(photo)}
        )
        assert {face["FaceId"] for face in listed} == face_ids
        assert described["FaceCount"] == len(listed) == len(found["FaceMatches"]) == 1


def test_different_images_of_one_id_indexed_at_once_are_a_face_each(
    clients: list[httpx.Client], collection: str, portraits: Mapping[str, Path]
) -> None:
    photos = different_photos(portraits["DEMO-0001"])
    named = {"CollectionId": collection, "ExternalImageId": "A1"}
    calls = [("IndexFaces", {**named, "Image": image(next(photos))}) for _ in range(AT_ONCE)]

    answers = together(clients, calls)

    face_ids = {answer.json()["FaceRecords"][0]["Face"]["FaceId"] for answer in answers}
    assert len(face_ids) == AT_ONCE
    for client in clients[:2]:
        described = answered(client, "DescribeCollection", {"CollectionId": collection})
        assert described["FaceCount"] == AT_ONCE


def test_of_many_who_make_the_same_collection_or_user_one_does(
    clients: list[httpx.Client], collection: str
) -> None:
    user = {"CollectionId": collection, "UserId": "U-1"}
    named, taken = {"CollectionId": f"{collection}-new"}, "ResourceAlreadyExistsException"

    made = [code_of(one) for one in together(clients, [("CreateCollection", named)] * AT_ONCE)]
    joined = [code_of(one) for one in together(clients, [("CreateUser", user)] * AT_ONCE)]
    gone = [code_of(one) for one in together(clients, [("DeleteCollection", named)] * AT_ONCE)]

    assert sorted(made, key=str) == [None, *[taken] * (AT_ONCE - 1)]
    assert sorted(joined, key=str) == ["ConflictException"] * (AT_ONCE - 1) + [None]
    assert sorted(gone, key=str) == [None, *["ResourceNotFoundException"] * (AT_ONCE - 1)]


def test_one_request_sent_twice_at_once_has_one_answer(
    clients: list[httpx.Client], collection: str, portraits: Mapping[str, Path]
) -> None:
    face_id = booked(clients[0], collection, portraits["DEMO-0001"].read_bytes(), "A1")
    user = {"CollectionId": collection, "UserId": "U-1"}
    create = {**user, "ClientRequestToken": f"create-{collection}"}
    associate = {**user, "FaceIds": [face_id], "ClientRequestToken": f"join-{collection}"}

    made = together(clients, [("CreateUser", create)] * AT_ONCE)
    joined = together(clients, [("AssociateFaces", associate)] * AT_ONCE)

    assert [code_of(one) for one in made] == [None] * AT_ONCE
    assert [one.json()["AssociatedFaces"] for one in joined] == [[{"FaceId": face_id}]] * AT_ONCE


def test_indexing_into_a_collection_that_is_deleted_leaves_nothing_of_it(
    clients: list[httpx.Client], portraits: Mapping[str, Path]
) -> None:
    photos = different_photos(portraits["DEMO-0001"])
    for _ in range(12):
        name = f"c-{uuid4().hex[:8]}"
        answered(clients[0], "CreateCollection", {"CollectionId": name})
        index = [
            ("IndexFaces", {"CollectionId": name, "Image": image(next(photos))})
            for _ in range(AT_ONCE - 1)
        ]
        answers = together(clients, [*index, ("DeleteCollection", {"CollectionId": name})])

        codes = {code_of(answer) for answer in answers[:-1]}
        assert codes <= {None, "ResourceNotFoundException"}
        assert code_of(answers[-1]) is None
        for client in clients[:2]:
            gone = called(client, "ListFaces", {"CollectionId": name})
            assert code_of(gone) == "ResourceNotFoundException"
        answered(clients[1], "CreateCollection", {"CollectionId": name})
        for client in clients[:2]:
            assert answered(client, "ListFaces", {"CollectionId": name})["Faces"] == []
            search = {"CollectionId": name, "Image": image(next(photos))}
            assert answered(client, "SearchFacesByImage", search)["FaceMatches"] == []
        answered(clients[0], "DeleteCollection", {"CollectionId": name})


def test_a_face_wanted_for_several_users_at_once_is_one_users(
    clients: list[httpx.Client], collection: str, portraits: Mapping[str, Path]
) -> None:
    photos = different_photos(portraits["DEMO-0001"])
    users = [f"U-{number}" for number in range(AT_ONCE)]
    for user in users:
        answered(clients[0], "CreateUser", {"CollectionId": collection, "UserId": user})
    for number in range(6):
        face_id = booked(clients[0], collection, next(photos), f"A{number}")
        wanted = [
            ("AssociateFaces", {"CollectionId": collection, "UserId": user, "FaceIds": [face_id]})
            for user in users
        ]

        answers = [answer.json() for answer in together(clients, wanted)]

        won = [
            user
            for user, answer in zip(users, answers, strict=True)
            if answer["AssociatedFaces"] == [{"FaceId": face_id}]
        ]
        refused = [one for answer in answers for one in answer["UnsuccessfulFaceAssociations"]]
        assert len(won) == 1
        assert len(refused) == AT_ONCE - 1
        assert {(*one["Reasons"], one["UserId"]) for one in refused} == {
            ("ASSOCIATED_TO_A_DIFFERENT_USER", won[0])
        }
        for client in clients[:2]:
            listed = answered(client, "ListFaces", {"CollectionId": collection, "UserId": won[0]})
            assert face_id in {face["FaceId"] for face in listed["Faces"]}
