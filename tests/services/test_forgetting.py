"""What is removed, replaced or given up ends with its keys destroyed, whoever dies on the way.

CompreFace deletes a person's embeddings first and then looks the photos up through them: it finds
none, and the photos stay. Here what is to be forgotten is written down by the transaction that
hides it, and nobody looks for it afterwards.
"""

from dataclasses import dataclass, field, replace

import pytest
from typing_extensions import override

from adapters.face_engine.keyed import KeyedFaceCollections
from adapters.face_engine.keyed.engine import KeyedFaceEngine
from adapters.photo_store.encrypted import EncryptedPhotoStore
from app.domain.errors import ModelSwitchedError, PhotoStoreUnavailableError
from app.domain.face import Enrolled
from app.ports.data_keys import face_key_name, photo_key_name
from app.ports.face_engine import FaceEngine
from app.ports.records import Records
from app.services.enrichment import Enrichment
from app.services.forgetting.remove_photos import RemovePhotos
from app.services.index_call import IndexRequest
from app.services.index_photo import IndexPhoto
from app.services.model.encode_beside import EncodeBeside
from app.services.model.forget_models import ForgetModels
from app.services.model.give_up_model import GiveUpModel
from app.services.model.switch_model import SwitchModel
from app.services.open_own_collection import open_own_collection
from app.services.remove_photo import RemovePhoto
from app.services.sweep_intents import SweepIntents
from tests.databases import COLLECTION, DATA_KEYS
from tests.fakes import FakeFaceEngine, FakePhotoStore, drawn_photo
from tests.fakes_collections import FakeFaceCollections
from tests.fakes_data_keys import FakeDataKeys
from tests.jails import ACTOR, removing

OLD, NEW = "fake/1", "fake/2"


class Templates(FakeFaceEngine):
    """Gives templates and holds nothing, as the local engine."""

    @override
    async def enrol(self, photo: bytes, external_image_id: str, face: int | None) -> Enrolled:
        enrolled = await super().enrol(photo, external_image_id, face)
        return replace(enrolled, kept=replace(enrolled.kept, template=b"\0\x3c" * 8))


@dataclass
class Sealed:
    """A jail whose photos and templates are sealed."""

    records: Records
    kept: FakePhotoStore = field(default_factory=FakePhotoStore)
    model: str = OLD

    @property
    def store(self) -> EncryptedPhotoStore:
        return EncryptedPhotoStore(self.kept, DATA_KEYS, photo_key_name)

    @property
    def engine(self) -> FaceEngine:
        return self._engine(self.model)

    @property
    def sweep(self) -> SweepIntents:
        return SweepIntents(self.engine, self.records, self.store)

    @property
    def encode(self) -> EncodeBeside:
        return EncodeBeside(self._engine(NEW), self.records, self.store)

    @property
    def forget(self) -> ForgetModels:
        return ForgetModels(self.engine, self.records)

    def _engine(self, model: str) -> FaceEngine:
        return KeyedFaceEngine(Templates(holds_faces=False, model=model), DATA_KEYS, COLLECTION)

    async def open(self, next_model: str | None = None) -> None:
        described = await self.engine.describe()
        await open_own_collection(self.records, COLLECTION, described, next_model)

    async def index(self, name: str, photo: bytes) -> None:
        index = IndexPhoto(self.engine, self.records, self.store, Enrichment(None, 1.0), self.sweep)
        await index(IndexRequest(photo, name), ACTOR)
        await self.sweep()

    async def remove(self, name: str, seconds: float = 10.0) -> None:
        remove = RemovePhotos(self.records, removing(self.sweep, DATA_KEYS), seconds=seconds)
        await RemovePhoto(remove)(name, ACTOR)

    async def photos(self) -> list[str]:
        """Return the names of the keys that are expected of what is on record."""
        async with self.records.view() as view:
            records = await view.photos.page(None, 100)
        photos = [photo_key_name(record.photo_key or "") for record in records]
        faces = [face.face_id for record in records for face in record.faces]
        return sorted([*photos, *(face_key_name(COLLECTION, face) for face in faces)])


@pytest.fixture
async def sealed(records: Records) -> Sealed:
    jail = Sealed(records)
    await jail.open()
    return jail


def keys() -> list[str]:
    return sorted(DATA_KEYS.keys)


async def test_a_removed_person_has_no_key_and_no_photo(sealed: Sealed) -> None:
    await sealed.index("A1", drawn_photo("Ann"))
    await sealed.index("B1", drawn_photo("Bob"))
    before = keys()

    await sealed.remove("A1")

    assert len(before) == 4
    assert keys() == await sealed.photos()
    assert len(keys()) == 2
    assert [key.partition("/")[0] for key in sealed.kept.photos] == ["B1"]


async def test_a_replaced_photo_leaves_no_key(sealed: Sealed) -> None:
    for note in ("first", "second"):
        await sealed.index("A1", drawn_photo("Ann", note=note))

    assert keys() == await sealed.photos()
    assert len(keys()) == 2
    assert len(sealed.kept.photos) == 1


async def test_the_photo_goes_although_its_faces_went_before(sealed: Sealed) -> None:
    await sealed.index("A1", drawn_photo("Ann"))
    async with sealed.records.unit() as unit:
        faces = await unit.faces.of_photos(["A1"])
        await unit.faces.remove([face.face_id for face in faces])

    await sealed.remove("A1")

    assert not sealed.kept.photos
    assert keys() == []


@pytest.mark.parametrize("dies_after", ["the commit", "the keys"])
async def test_who_dies_in_a_removal_is_followed_by_a_sweeper(
    sealed: Sealed, dies_after: str
) -> None:
    await sealed.index("A1", drawn_photo("Ann"))
    if dies_after == "the keys":

        class Stuck(FakePhotoStore):
            @override
            async def delete(self, key: str) -> None:
                raise PhotoStoreUnavailableError

        photos = sealed.kept.photos
        sealed.kept = Stuck(photos)
        await sealed.remove("A1")
        sealed.kept = FakePhotoStore(photos)
        assert sealed.kept.photos
        assert not any(name.startswith("photo/") for name in keys())
    else:
        await sealed.remove("A1", seconds=0)

    await sealed.sweep()

    assert not sealed.kept.photos
    assert keys() == []


async def test_an_enrolment_that_fails_leaves_no_key(sealed: Sealed) -> None:
    sealed.kept.error = PhotoStoreUnavailableError()

    with pytest.raises(PhotoStoreUnavailableError):
        await sealed.index("A1", drawn_photo("Ann"))
    await sealed.sweep()

    assert keys() == []


async def test_an_enrolment_that_comes_too_late_leaves_no_key(sealed: Sealed) -> None:
    photo = drawn_photo("Ann")
    async with sealed.records.unit() as unit:
        await unit.models.begin(NEW)
        await unit.models.switch()

    with pytest.raises(ModelSwitchedError):
        await sealed.index("A1", photo)
    await sealed.sweep()

    assert keys() == []
    assert not sealed.kept.photos


@pytest.mark.parametrize("ending", ["removed", "switched", "given up", "replaced"])
async def test_the_faces_of_a_model_that_is_left_leave_no_key(sealed: Sealed, ending: str) -> None:
    await sealed.open(NEW)
    await sealed.index("A1", drawn_photo("Ann"))
    await sealed.encode("A1")
    assert len(keys()) == 3

    if ending == "removed":
        await sealed.remove("A1")
    elif ending == "replaced":
        await sealed.index("A1", drawn_photo("Ann", note="another"))
    elif ending == "given up":
        await GiveUpModel(sealed.records, sealed.forget)(ACTOR)
        await sealed.forget()
    else:
        await SwitchModel(sealed.records, sealed.encode, sealed.forget)(0, ACTOR)
        await sealed.forget()

    assert keys() == await sealed.photos()
    assert len(keys()) == (0 if ending == "removed" else 2)


async def test_a_sweep_spares_the_next_models_faces(sealed: Sealed) -> None:
    await sealed.open(NEW)
    await sealed.index("A1", drawn_photo("Ann"))
    await sealed.encode("A1")
    before = keys()

    await sealed.index("A1", drawn_photo("Ann"))
    await sealed.sweep()

    assert keys() == before


async def test_a_deleted_collection_leaves_no_key_and_others_keep_theirs() -> None:
    data_keys = FakeDataKeys(page=2)
    names = [face_key_name("annex", str(number)) for number in range(5)]
    others = [face_key_name("annex-2", "1"), photo_key_name("annex/1")]
    await data_keys.made([*names, *others])

    await KeyedFaceCollections(FakeFaceCollections(), data_keys).delete("annex")

    assert sorted(data_keys.keys) == sorted(others)


async def test_the_sweeper_waits_for_the_key_store(sealed: Sealed) -> None:
    await sealed.index("A1", drawn_photo("Ann"))
    DATA_KEYS.down = True
    try:
        await sealed.remove("A1")
        await sealed.sweep()
    finally:
        DATA_KEYS.down = False
    assert len(keys()) == 2

    await sealed.sweep()

    assert keys() == []
