"""Use cases, one a file: the verbs of the service."""

from dataclasses import dataclass

from app.ports.face_engine import FaceEngine
from app.services.authenticate import Authenticate
from app.services.authorize import Authorize
from app.services.check_readiness import CheckReadiness
from app.services.collections import CollectionServices
from app.services.index_photo import IndexPhoto
from app.services.read_index import ReadIndex
from app.services.read_searches import ReadSearches
from app.services.remove_photo import RemovePhoto
from app.services.search_faces import SearchFaces
from app.services.view_booking import ViewBooking
from app.services.view_photo import ViewPhoto


@dataclass(frozen=True, slots=True)
class Services:
    """Every use case, ready to call."""

    authenticate: Authenticate
    authorize: Authorize
    check_readiness: CheckReadiness
    collections: CollectionServices  # what clients of Amazon Rekognition ask for
    engine: FaceEngine  # detecting faces is the engine's own verb
    index_photo: IndexPhoto
    read_index: ReadIndex
    read_searches: ReadSearches
    remove_photo: RemovePhoto
    search_faces: SearchFaces
    view_booking: ViewBooking
    view_photo: ViewPhoto
