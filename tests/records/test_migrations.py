"""A database of an earlier program is brought up to this one with all that it holds."""

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg.conninfo import make_conninfo

from adapters.records import migrations
from adapters.records.migrations import upgrade
from adapters.records.postgres import (
    ConnectionPool,
    PostgresClearRecords,
    PostgresGalleryFeed,
    PostgresRecordsOfCollections,
    connected,
)
from app.domain.booking import RecordStatus
from app.domain.collection import Collection
from app.domain.face import Box, Face, Point, Quality
from app.domain.jms_events import About, Numbered
from app.ports.clear_records import InTheClear
from app.ports.records import Records
from app.services.audit import AuditServices
from app.services.signatures import Signer
from tests.databases import DATA_KEYS, DEPLOYMENT, KEY
from tests.jails import ACTOR
from tests.records.import_samples import begin, begin_work, entries, leased
from tests.records.samples import collection_face, face_id

_FACE = (
    '{"box":{"left":0.1,"top":0.2,"width":0.3,"height":0.4},"quality":{"size":144,'
    '"confidence":99.5,"sharpness":null,"brightness":61.0,"yaw":-3.25,"pitch":null,"roll":null},'
    '"landmarks":[{"x":0.2,"y":0.3}]}'
)
_READ = Face(Box(0.1, 0.2, 0.3, 0.4), Quality(144, 99.5, None, 61.0, -3.25), (Point(0.2, 0.3),))
_SHA256 = "0123456789abcdef" * 4
_IMAGE_ID = "01234567-89ab-cdef-0123-456789abcdef"

_PHOTO = """
INSERT INTO photos (collection, external_image_id, status, view, sha256, width, height, faces,
                    engine, model, changed_at, person_id, record_status)
VALUES (%s, %s, %s, 'front', %s, 480, 600, %s::jsonb, 'local', %s, now(), 'P-1', 'sealed')
"""
_ROW = "INSERT INTO faces VALUES (%s, %s, %s, %s, %s, %s, %s)"
_AUDIT = """
INSERT INTO audit (collection, at, action, actor, request_id, outcome, model, details)
VALUES (%s, now(), 'index', 'desk', 'R-1', 'answered', %s, '{}')
"""
_EVENT = """
INSERT INTO jms_events (collection, event_id, type, sha256, occurred_at, received_at, photos,
                        unknown, about, followed_at)
VALUES ('jail', %s, 'renumbered', '', now(), now(), 0, 0, %s::jsonb, now())
"""

_REMOVAL = """
INSERT INTO removals (collection, removal_id, subject, value, reason, asked_at, asked_by, photos,
                      state, try_at)
VALUES ('jail', %s, %s, %s, %s, now(), 'K-1', 1, 'proved', now())
"""
_REMOVED = (
    ("booking_number", "26-1", "sealed"),
    ("booking_number", "26-2", "retention"),
    ("person_id", "P-1", "sealed"),
)

_HOLD = """
INSERT INTO holds (collection, hold_id, kind, value, reason, authority_reference, placed_at,
                   placed_by, released_at)
VALUES ('jail', %s, %s, %s, '', '', now(), 'K-1', %s)
"""
_HOLDS = (("person", "P-0", None), ("person", "P-1", "2026-01-01Z"), ("case", "P-1", None))

_ROLE = f"service_{uuid4().hex[:8]}"
_AUDITOR = f"auditor_{uuid4().hex[:8]}"
_RIGHTS = """
SELECT privilege_type FROM information_schema.role_table_grants
WHERE table_name = 'audit' AND grantee = %s ORDER BY 1
"""


@pytest.fixture
def old_database(database_server: str) -> Iterator[str]:
    """Give a database at the first revision."""
    name = f"old_{uuid4().hex}"
    with psycopg.connect(database_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
        conninfo = make_conninfo(database_server, dbname=name)
        _upgrade_to("0001", conninfo)
        yield conninfo
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _fill(conninfo: str, first: str, second: str, gone: str) -> None:
    """Write what the first program left: jail's faces, one of them replaced, and other ids."""
    told = f'[{{"face_id":"{first}","face":{_FACE}}}]'
    both = f'[{{"face_id":"{first}","face":{_FACE}}},{{"face_id":"{second}","face":{_FACE}}}]'
    with psycopg.connect(conninfo) as old:
        old.execute(_PHOTO, ("jail", "A1", "indexed", _SHA256, both, "old-model"))
        old.execute(_PHOTO, ("jail", "A2", "removed", None, "[]", None))
        old.execute(_PHOTO, ("county", "A1", "indexed", _SHA256, told, "county-model"))
        old.execute(_PHOTO, ("scars", "A1", "skipped", _SHA256, "[]", None))
        old.execute(_PHOTO, ("nothing", "A1", "removed", None, "[]", None))
        old.execute(_ROW, ("jail", first, "A1", "old-model", b"1111", True, 1))
        old.execute(_ROW, ("jail", second, "A1", "new-model", b"2222", True, 3))
        old.execute(_ROW, ("jail", gone, "A2", "old-model", None, False, 4))
        old.execute(_ROW, ("county", first, "A1", "county-model", b"3333", True, 1))
        old.execute("INSERT INTO galleries VALUES ('jail', 4, 2), ('county', 1, 1)")
        old.execute(_AUDIT, ("scars", "older"))
        old.execute(_AUDIT, ("scars", "scars-model"))


async def _collections(records: Records) -> list[Collection]:
    async with records.view() as view:
        return list(await view.collections.page(None, 10))


async def test_the_faces_of_indexed_photos_tell_of_themselves_afterwards(
    old_database: str,
) -> None:
    first, second = sorted([face_id(), face_id()])
    _fill(old_database, first, second, face_id())

    await upgrade(old_database)

    async with connected(old_database) as pool:
        records = PostgresRecordsOfCollections(pool, DEPLOYMENT).of("jail")
        async with records.view() as view:
            faces = await view.faces.page(None, 10)
            assert await view.faces.count() == 1  # that of another model was hidden, and is
        changes = await PostgresGalleryFeed(pool, DATA_KEYS, "jail").changes("new-model", 0, 10)
    assert [(face.face_id, face.model) for face in faces] == [(second, "new-model")]
    assert {(face.image_id, face.external_image_id) for face in faces} == {(_IMAGE_ID, "A1")}
    assert all(face.is_named and face.face == _READ and face.user_id is None for face in faces)
    assert {face.standing.status for face in faces} == {RecordStatus.SEALED}
    assert (changes.last, changes.templates) == (4, b"2222")


async def test_what_may_lie_in_the_clear_is_known_afterwards(old_database: str) -> None:
    _fill(old_database, face_id(), face_id(), face_id())

    await upgrade(old_database)

    async with connected(old_database) as pool:
        clear = PostgresClearRecords(pool, DATA_KEYS)
        assert await clear.left() == {InTheClear.TEMPLATES}  # no photo of it was kept
        assert await clear.templates() > 0


async def test_a_new_database_has_nothing_in_the_clear(pool: ConnectionPool) -> None:
    assert await PostgresClearRecords(pool, DATA_KEYS).left() == frozenset()


async def test_each_collection_that_holds_anything_is_known_afterwards(old_database: str) -> None:
    _fill(old_database, face_id(), face_id(), face_id())

    await upgrade(old_database)

    async with connected(old_database) as pool:
        found = await _collections(PostgresRecordsOfCollections(pool, DEPLOYMENT).of("jail"))
    assert [(one.collection_id, one.model) for one in found] == [
        ("county", "county-model"),
        ("jail", "new-model"),
        ("scars", "scars-model"),
    ]


async def test_an_upgraded_collection_goes_on_counting(old_database: str) -> None:
    gone, new = face_id(), collection_face("A3", model="new-model")
    _fill(old_database, face_id(), face_id(), gone)
    await upgrade(old_database)

    async with connected(old_database) as pool:
        records = PostgresRecordsOfCollections(pool, DEPLOYMENT).of("jail")
        async with records.unit() as unit:
            await unit.faces.add([new], {new.face_id: b"4444"})
            assert await unit.faces.count() == 2
        changes = await PostgresGalleryFeed(pool, DATA_KEYS, "jail").changes(new.model, 4, 10)

    assert (changes.last, changes.templates) == (5, b"4444")


async def test_the_audit_of_an_upgraded_database_begins_the_chain(old_database: str) -> None:
    with psycopg.connect(old_database) as old:
        old.execute(f"CREATE ROLE {_ROLE}".encode())
        old.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON audit TO {_ROLE}".encode())
        old.execute(f"CREATE ROLE {_AUDITOR}; GRANT SELECT ON audit TO {_AUDITOR}".encode())
        old.execute(_AUDIT, ("scars", "older"))
        old.execute("SELECT nextval(pg_get_serial_sequence('audit', 'number'))")  # a gap
        old.execute(_AUDIT, ("jail", None))

    await upgrade(old_database)

    async with connected(old_database) as pool:
        records = PostgresRecordsOfCollections(pool, DEPLOYMENT).of("jail")
        verified = await AuditServices.over(records, Signer.of(KEY)).verify(ACTOR)
        async with records.view() as view:
            first, second, third = await view.audit.page(0, 10)
    with psycopg.connect(old_database) as connection:
        rights = connection.execute(_RIGHTS, (_ROLE,)).fetchall()
        auditors = connection.execute(_RIGHTS, (_AUDITOR,)).fetchall()
        for role in (_ROLE, _AUDITOR):
            connection.execute(f"DROP OWNED BY {role}; DROP ROLE {role}".encode())
    assert (verified.found, verified.records) == (0, 2)
    assert (first.entry().model, first.fields["collection"]) == ("older", "scars")
    assert [one.number for one in (first, second, third)] == [1, 2, 3]
    assert second.entry().actor.request_id == "R-1"
    assert rights == [("INSERT",), ("SELECT",)]
    assert auditors == [("SELECT",)]


async def test_an_upgraded_database_takes_imports(old_database: str) -> None:
    await upgrade(old_database)

    async with connected(old_database) as pool:
        records = PostgresRecordsOfCollections(pool, DEPLOYMENT).of("jail")
        await begin(records, entries("A1"))
        items = await leased(records, await begin_work(records))

    assert [item.external_image_id for item in items] == ["A1"]


def _upgrade_to(revision: str, conninfo: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    config.attributes["conninfo"] = conninfo
    command.upgrade(config, revision)


async def test_numbers_whose_photos_were_removed_before_are_hidden(old_database: str) -> None:
    _upgrade_to("0016", old_database)
    with psycopg.connect(old_database) as old:
        for removal, (subject, value, reason) in enumerate(_REMOVED):
            old.execute(_REMOVAL, (f"r{removal}", subject, value, reason))
            old.execute("INSERT INTO removal_photos VALUES ('jail', %s, 'A1')", (f"r{removal}",))

    await upgrade(old_database)

    with psycopg.connect(old_database) as connection:
        known = connection.execute("TABLE hidden_bookings").fetchall()
    assert known == [("jail", "26-1", "A1")]


async def test_a_hold_by_an_old_number_that_was_placed_before_is_on_the_photos_of_now(
    old_database: str,
) -> None:
    _upgrade_to("0017", old_database)
    with psycopg.connect(old_database) as old:
        old.execute(_PHOTO, ("jail", "A1", "indexed", _SHA256, "[]", None))
        old.execute("INSERT INTO former_numbers VALUES ('jail', 'person_id', 'P-0', 'P-1')")
        for hold, (kind, value, released) in enumerate(_HOLDS):
            old.execute(_HOLD, (f"h{hold}", kind, value, released))

    await upgrade(old_database)

    with psycopg.connect(old_database) as connection:
        known = connection.execute("TABLE held_photos").fetchall()
    assert known == [("jail", "h0", "A1")]


async def test_what_events_told_of_numbers_before_is_known_afterwards(old_database: str) -> None:
    _upgrade_to("0015", old_database)
    none = About()
    told = (
        replace(none, person_ids=("P1", "P2"), numbered=Numbered.PERSON_ID, to="P2"),
        replace(none, booking_numbers=("B1",), numbered=Numbered.BOOKING_NUMBER, to="B2"),
        About(("A1",), numbered=Numbered.EXTERNAL_IMAGE_ID, to="N1"),
        About(("A9",)),
    )
    with psycopg.connect(old_database) as old:
        for number, about in enumerate(told):
            old.execute(_EVENT, (f"e{number}", json.dumps(asdict(about))))

    await upgrade(old_database)

    with psycopg.connect(old_database) as connection:
        known = connection.execute("TABLE former_numbers ORDER BY numbered").fetchall()
    assert known == [
        ("jail", "booking_number", "B1", "B2", None),
        ("jail", "external_image_id", "A1", "N1", None),
        ("jail", "person_id", "P1", "P2", None),
    ]
