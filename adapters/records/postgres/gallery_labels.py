"""Whose faces the live gallery holds, read in one statement that changes nothing."""

from typing import Final

from typing_extensions import override

from adapters.records.postgres.patience import Patience
from adapters.records.postgres.pool import ConnectionPool, translated
from adapters.records.postgres.served import COUNTS, SERVED
from app.ports.gallery_labels import GalleryFace, GalleryFaces, GalleryLabels

# A photo with several faces does not say whose they are.
_FACES: Final = f"""
WITH counting AS (
    SELECT face_id, external_image_id, count(*) OVER (PARTITION BY external_image_id) AS of_photo
    FROM faces WHERE collection = %(collection)s AND {COUNTS}
)
SELECT face_id::text, external_image_id, person_id, sha256, of_photo = 1,
       record_status = 'active' AND NOT EXISTS (
           SELECT FROM withheld WHERE withheld.collection = photos.collection
             AND withheld.external_image_id = photos.external_image_id AND ended_at IS NULL)
FROM counting JOIN photos USING (external_image_id)
WHERE photos.collection = %(collection)s AND status = 'indexed'
ORDER BY external_image_id
"""  # noqa: S608 - a constant of ours


class PostgresGalleryLabels(GalleryLabels):
    """Reads one collection."""

    def __init__(self, pool: ConnectionPool, collection: str) -> None:
        self._pool = pool
        self._collection = collection

    @override
    async def faces(self) -> GalleryFaces:
        named = {"collection": self._collection}
        with translated(), Patience() as patience:
            async with self._pool.connection() as connection:
                with patience.farewell_of(connection), patience.answer_of(connection):
                    rows = await (await connection.execute(_FACES, named)).fetchall()
                    served = await (await connection.execute(f"SELECT {SERVED}", named)).fetchone()
        alone = [row for row in rows if row[4]]
        return GalleryFaces(
            [GalleryFace(*row[:4]) for row in alone if row[5]],
            sum(not row[5] for row in alone),
            len(rows) - len(alone),
            served[0] if served else None,
        )
