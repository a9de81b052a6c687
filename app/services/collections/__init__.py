"""What clients of Amazon Rekognition ask for: collections, their faces and users."""

from dataclasses import dataclass

from app.services.collections.compare_faces import CompareFaces
from app.services.collections.delete_faces import DeleteFaces
from app.services.collections.detect_faces import DetectFaces
from app.services.collections.index_faces import IndexFaces
from app.services.collections.list_faces import ListFaces
from app.services.collections.manage_collections import ManageCollections
from app.services.collections.manage_users import ManageUsers
from app.services.collections.search_collection import SearchCollection
from app.services.collections.search_users import SearchUsers


@dataclass(frozen=True, slots=True)
class CollectionServices:
    """Every use case on collections, ready to call."""

    manage: ManageCollections
    index_faces: IndexFaces
    list_faces: ListFaces
    delete_faces: DeleteFaces
    search: SearchCollection
    compare: CompareFaces
    detect: DetectFaces
    users: ManageUsers
    search_users: SearchUsers
