"""Clients that index while something is killed, and what they were told."""

import itertools
import random
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import httpx
from PIL import Image, ImageEnhance

from app.domain.photo import sha256_of
from tests.e2e.calls import index
from tests.live import LiveService

CLIENTS = 4
CALLS = 200  # offered a round


def distinct_photos(portraits: Mapping[str, Path], chance: random.Random) -> Iterator[bytes]:
    """Yield small photos without end whose templates differ, so that each finds itself first."""
    opened = [Image.open(path).convert("RGB") for path in portraits.values()]
    for number in itertools.count():
        picture = opened[number % len(opened)]
        width = chance.randint(170, 300)
        small = picture.resize((width, round(picture.height * width / picture.width)))
        bright = ImageEnhance.Brightness(small).enhance(chance.uniform(0.8, 1.25))
        written = BytesIO()
        bright.save(written, "JPEG", quality=chance.randint(50, 95), comment=str(number).encode())
        yield written.getvalue()


@dataclass
class Told:
    """What each id may hold: one photo once a call was answered, else what was sent since."""

    photos: dict[str, bytes] = field(default_factory=dict)  # by sha256
    possible: dict[str, set[str | None]] = field(default_factory=dict)  # sha256 by id; None: absent
    answered: int = 0

    def sending(self, external_image_id: str, photo: bytes) -> None:
        self.photos[sha256_of(photo)] = photo
        self.possible.setdefault(external_image_id, {None}).add(sha256_of(photo))

    def heard(self, external_image_id: str, photo: bytes) -> None:
        self.possible[external_image_id] = {sha256_of(photo)}
        self.answered += 1

    def certain(self) -> dict[str, str]:
        """Return the sha256 of each id whose last call was answered."""
        found = {name: next(iter(one)) for name, one in self.possible.items() if len(one) == 1}
        return {name: sha256 for name, sha256 in found.items() if sha256 is not None}


@dataclass
class Clients:
    """Index new photos and replace known ones, each client its own ids, until told to stop."""

    service: LiveService
    photos: Iterator[bytes]
    chance: random.Random
    told: Told = field(default_factory=Told)
    statuses: set[int] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def work(self, label: str, stop: threading.Event) -> None:
        """Make up to `CALLS` calls; a call that gets no answer stops its client."""
        with ThreadPoolExecutor(CLIENTS) as threads:
            for client in range(CLIENTS):
                threads.submit(self._work_alone, label, client, stop)

    def _work_alone(self, label: str, client: int, stop: threading.Event) -> None:
        with self.service.client() as calls:
            for number in range(CALLS // CLIENTS):
                if stop.is_set() or not self._call(calls, *self._next(label, client, number)):
                    return

    def _next(self, label: str, client: int, number: int) -> tuple[str, bytes]:
        """Choose a new id, or now and then one of this client's in this round, with new bytes."""
        with self._lock:
            again = number > 0 and self.chance.random() < 0.2
            chosen = self.chance.randrange(number) if again else number
            return f"{label}-{client}-{chosen}", next(self.photos)

    def _call(self, calls: httpx.Client, external_image_id: str, photo: bytes) -> bool:
        with self._lock:
            self.told.sending(external_image_id, photo)
        try:
            answer = index(calls, external_image_id, photo)
        except httpx.TransportError:
            return False
        with self._lock:
            self.statuses.add(answer.status_code)
            if answer.is_success:
                self.told.heard(external_image_id, photo)
        return True
