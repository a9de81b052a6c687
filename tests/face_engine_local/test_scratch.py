"""A scratch engine encodes the face that is meant, and nobody beside it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from typing_extensions import override

from adapters.face_engine.local.encoders import Encoders, opened_encoders, warm_up
from adapters.face_engine.local.models import install_models
from adapters.face_engine.local.reading import Networks, PhotoRead, Purpose
from adapters.face_engine.local.scratch import LocalScratchEngine
from adapters.sandbox import Sandbox
from app.domain.evaluation import FaceRule
from tests.contract.engines import real_photos
from tests.kept import MODELS


@dataclass(frozen=True)
class Recorded(Encoders):
    """Encoders that remember what they were asked for and whether they encoded somebody."""

    asked: list[tuple[Purpose, int | None, bool]] = field(default_factory=list)

    @override
    async def read(self, photo: bytes, purpose: Purpose, face: int | None = None) -> PhotoRead:
        read = await super().read(photo, purpose, face)
        self.asked.append((purpose, face, bool(read.templates)))
        return read


@pytest.fixture
async def encoders() -> AsyncIterator[Recorded]:
    install_models(MODELS, print)
    networks = Networks(MODELS)
    async with Sandbox(1, 1500 * 2**20, 20.0, warm_up=[warm_up([networks])]) as sandbox:
        opened = await opened_encoders(sandbox, networks)
        yield Recorded(opened.sandbox, opened.networks, opened.facts)


@pytest.mark.parametrize("rule", [FaceRule.CENTRAL, FaceRule.LARGEST])
async def test_a_rule_finds_the_faces_before_one_is_encoded(
    encoders: Recorded, rule: FaceRule
) -> None:
    await LocalScratchEngine(encoders, 1).search(real_photos().two_alike, rule)

    (found, other, encoded), (purpose, face, meant) = encoders.asked
    assert (found, other, encoded) == ("detect", None, False)
    assert (purpose, meant) == ("search", True)
    assert face is not None


async def test_the_services_own_choice_takes_one_reading(encoders: Recorded) -> None:
    await LocalScratchEngine(encoders, 1).search(real_photos().probe[1], FaceRule.SERVICE)

    assert encoders.asked == [("search", None, True)]
