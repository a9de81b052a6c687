"""Reviews and disclosures, made of the ports."""

from dataclasses import dataclass

from adapters.disclosure_paper import PdfPaper
from app.domain.blinding import Blinding
from app.domain.policy_in_force import Policy
from app.ports.darkroom import Darkroom
from app.ports.face_engine import FaceEngine
from app.ports.photo_store import PhotoStore
from app.ports.records import Records
from app.services.audit.sign_head import SignHead
from app.services.disclosure import Disclose
from app.services.reviews import ReviewServices
from app.services.reviews.read_reviews import ReadReviews
from app.services.reviews.record_review import RecordReview
from app.services.reviews.view_picture import ProbeOf, ViewPicture
from app.services.signatures import Signer
from app.settings import Settings
from app.wiring.audit import signer_of
from app.wiring.secret import derived, secret_of


@dataclass(frozen=True, slots=True)
class Pictures:
    """Where the pictures of a search are."""

    store: PhotoStore
    probe_of: ProbeOf
    darkroom: Darkroom


def reviews_of(
    settings: Settings, policy: Policy, records: Records, pictures: Pictures
) -> ReviewServices:
    """Return the use cases of reviewers."""
    blinding = Blinding(derived(secret_of(settings), "review pictures"))
    return ReviewServices(
        read=ReadReviews(records, policy, blinding),
        record=RecordReview(records, policy, blinding),
        view_picture=ViewPicture(
            *(records, policy, blinding),
            *(pictures.store, pictures.darkroom, pictures.probe_of),
        ),
    )


def disclose_of(
    settings: Settings, policy: Policy, records: Records, engine: FaceEngine, pictures: Pictures
) -> Disclose:
    """Return what makes a search's package."""
    signer: Signer = signer_of(settings, secret_of(settings))
    sign_head = SignHead(records, signer)
    return Disclose(
        *(records, policy, engine, pictures.darkroom),
        *(PdfPaper(), sign_head, pictures.probe_of),
    )
