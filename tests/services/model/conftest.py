"""A jail whose collection changes its model: records that are real, both engines in memory."""

from dataclasses import dataclass

import pytest

from app.ports.records import Records
from app.services.model.encode_beside import EncodeBeside
from app.services.model.forget_models import ForgetModels
from app.services.model.give_up_model import GiveUpModel
from app.services.model.switch_model import SwitchModel
from app.services.open_own_collection import open_own_collection
from tests.databases import COLLECTION
from tests.fakes import FakeFaceEngine
from tests.jails import Jail

OLD, NEW = "fake/1", "fake/2"


@dataclass
class Changing:
    """A jail, and the engine of the model that it changes to."""

    jail: Jail
    next_engine: FakeFaceEngine

    @property
    def records(self) -> Records:
        return self.jail.records

    @property
    def encode(self) -> EncodeBeside:
        return EncodeBeside(self.next_engine, self.records, self.jail.store)

    @property
    def forget(self) -> ForgetModels:
        return ForgetModels(self.jail.engine, self.records)

    @property
    def switch(self) -> SwitchModel:
        return SwitchModel(self.records, self.encode, self.forget)

    @property
    def give_up(self) -> GiveUpModel:
        return GiveUpModel(self.records, self.forget)

    async def faces(self) -> list[tuple[str, str]]:
        """Return whose faces count, and of which model."""
        async with self.records.view() as view:
            found = await view.faces.page(None, 1000)
        return sorted((face.external_image_id, face.model) for face in found)


async def opened(records: Records, model: str, next_model: str | None = None) -> None:
    """Open the collection as a service with these settings does."""
    engine = FakeFaceEngine(holds_faces=False, model=model)
    await open_own_collection(records, COLLECTION, await engine.describe(), next_model)


@pytest.fixture
async def changing(records: Records) -> Changing:
    await opened(records, OLD, NEW)
    jail = Jail(records, FakeFaceEngine(holds_faces=False, model=OLD))
    return Changing(jail, FakeFaceEngine(holds_faces=False, model=NEW))
