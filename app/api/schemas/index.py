"""The index on the wire."""

from typing import Self

from pydantic import Field

from app.api.schemas.face import BoxOut, QualityOut
from app.api.schemas.wire import Moment, Wire
from app.domain.booking import RecordStatus
from app.domain.photo import View
from app.domain.record import IndexAnswer, IndexOutcome, IndexStatus, PhotoRecord


class IndexedFaceOut(Wire):
    """A face that is searchable."""

    face_id: str = Field(examples=["0b1f0c9e-6f5e-4a3b-9a51-1f2f0a7f8a90"])
    box: BoxOut
    quality: QualityOut


class IndexedPhotoOut(Wire):
    """What is on record of a photo."""

    external_image_id: str = Field(examples=["A17"])
    status: IndexStatus
    reason: str | None = Field(
        description="Why it is not searchable: its view, `face_deleted`, or `other_model` where it "
        "was not indexed again before the face model was switched.",
        examples=[None],
    )
    view: View
    sha256: str | None
    faces: list[IndexedFaceOut]
    engine: str | None = Field(examples=["local"])
    model: str | None
    person_id: str | None = Field(
        description="As last known from the JMS; null where the record may not be shown.",
        examples=["P-204"],
    )
    indexed_at: Moment

    @classmethod
    def of(cls, record: PhotoRecord) -> Self:
        """Render a record."""
        faces = [
            IndexedFaceOut(
                face_id=one.face_id,
                box=BoxOut.model_validate(one.face.box),
                quality=QualityOut.model_validate(one.face.quality),
            )
            for one in record.faces
        ]
        standing = record.standing
        return cls(
            external_image_id=record.external_image_id,
            status=record.status,
            reason=record.reason,
            view=record.view,
            sha256=record.sha256,
            faces=faces,
            engine=record.engine,
            model=record.model,
            person_id=standing.person_id if standing.status is RecordStatus.ACTIVE else None,
            indexed_at=record.changed_at,
        )


class IndexAnswerOut(IndexedPhotoOut):
    """What an index call changed, and what is on record now."""

    outcome: IndexOutcome

    @classmethod
    def answering(cls, answer: IndexAnswer) -> Self:
        """Render an answer."""
        record = IndexedPhotoOut.of(answer.record)
        return cls(outcome=answer.outcome, **dict(record))
