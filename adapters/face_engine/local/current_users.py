"""The users of a gallery, in step with the records: made anew only when something changed."""

import asyncio
from collections.abc import Mapping, Sequence

import numpy as np

from adapters.face_engine.local.gallery import Gallery
from adapters.face_engine.local.user_vectors import Members, UserVectors
from app.ports.gallery_feed import UserFeed


class CurrentUsers:
    """Follows which faces each user has; all numbers are worked out in the gallery's thread."""

    def __init__(self, gallery: Gallery, feed: UserFeed, dimensions: int) -> None:
        self._gallery = gallery
        self._feed = feed
        self._turn = asyncio.Lock()
        self._version = 0
        self._members = Members.of({})
        self._made_of = 0, 0  # version and change
        self._vectors = UserVectors((), np.empty((0, dimensions), np.float32))
        self.faces: Mapping[str, Sequence[str]] = {}
        """Of each user, as they were when the vectors were last asked for."""

    async def vectors(self) -> UserVectors:
        """Return the users with all that was committed before this call.

        The records are asked for members first, so that the gallery then has their faces.
        """
        async with self._turn:
            members = await self._feed.members(self._version)
            if members is not None:
                self._members = await self._gallery.in_thread(Members.of, members.face_ids)
                self._version, self.faces = members.version, members.face_ids
            await self._gallery.catch_up()
            now = self._version, self._gallery.change
            if now != self._made_of:
                self._vectors = await self._gallery.with_templates(UserVectors.of, self._members)
                self._made_of = now
            return self._vectors
