"""Candid's own gallery: exact, float16 templates behind an 8-bit sieve."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import faiss
import numpy as np
from typing_extensions import override

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.templates import Templates
from bench.contenders.contender import Contender, Floats, Halves, NoFaceError
from bench.face_sets import models

_PAGE = 16_384


class Candid(Contender):
    """The templates as the service holds them; a face's id is its row."""

    @override
    def load(self, values: Halves) -> None:
        self._templates = Templates(values.shape[1])
        for start in range(0, len(values), _PAGE):
            page = values[start : start + _PAGE]
            ids = np.zeros((len(page), 2), ">u8")
            ids[:, 1] = np.arange(start, start + len(page))
            self._templates.change(ids.tobytes(), page.astype("<f2").tobytes(), b"")
        faiss.omp_set_num_threads(1)

    @override
    def search(self, query: Floats, count: int) -> Sequence[int]:
        found = self._templates.strongest(query, count).face_ids
        return [int(face_id.replace("-", ""), 16) for face_id in found]

    @override
    def find(self, photo: Path, count: int) -> Sequence[int]:
        template = self._encoder.read(photo.read_bytes(), "search").template
        if template is None:
            raise NoFaceError
        return self.search(np.frombuffer(template, "<f2").astype(np.float32), count)

    @override
    def template(self, photo: Path) -> Floats:
        template = self._encoder.read(photo.read_bytes(), "enrol").template
        if template is None:
            raise NoFaceError
        return np.frombuffer(template, "<f2").astype(np.float32)

    @cached_property
    def _encoder(self) -> Encoder:
        return Encoder(models())
