"""Use cases, one a file: the verbs of the service."""

from dataclasses import dataclass

from app.domain.policy_in_force import Policy
from app.ports.face_engine import FaceEngine
from app.services.audit import AuditServices
from app.services.authenticate import Authenticate
from app.services.authorize import Authorize
from app.services.block_people import BlockPeople
from app.services.check_readiness import CheckReadiness
from app.services.collections import CollectionServices
from app.services.disclosure import Disclose
from app.services.forgetting import ForgettingServices
from app.services.imports import ImportServices
from app.services.index_photo import IndexPhoto
from app.services.jms_events import JmsEventServices
from app.services.manage_keys import ManageKeys
from app.services.model import ModelServices
from app.services.read_index import ReadIndex
from app.services.read_searches import ReadSearches
from app.services.remove_photo import RemovePhoto
from app.services.reviews import ReviewServices
from app.services.search_faces import SearchFaces
from app.services.view_booking import ViewBooking
from app.services.view_photo import ViewPhoto
from app.services.withholding import WithholdingServices


@dataclass(frozen=True, slots=True)
class Services:
    """Every use case, ready to call."""

    audit: AuditServices  # who did what, for auditors
    authenticate: Authenticate
    authorize: Authorize
    block_people: BlockPeople
    check_readiness: CheckReadiness
    collections: CollectionServices  # what clients of Amazon Rekognition ask for
    disclose: Disclose
    engine: FaceEngine  # detecting faces is the engine's own verb
    forgetting: ForgettingServices  # probes, holds, removals
    imports: ImportServices  # the back-fill
    index_photo: IndexPhoto
    jms_events: JmsEventServices  # what the JMS tells by itself
    keys: ManageKeys
    model: ModelServices
    policy: Policy  # what searches need to be made
    read_index: ReadIndex
    read_searches: ReadSearches
    remove_photo: RemovePhoto
    reviews: ReviewServices  # what people make of searches
    search_faces: SearchFaces
    view_booking: ViewBooking
    view_photo: ViewPhoto
    withholding: WithholdingServices  # what the JMS says must not be shown
