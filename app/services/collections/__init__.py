"""What clients of Amazon Rekognition ask for: collections, their faces and users."""

from dataclasses import dataclass
from typing import Self

from app.services.collections.compare_faces import CompareFaces
from app.services.collections.delete_faces import DeleteFaces
from app.services.collections.detect_faces import DetectFaces
from app.services.collections.galleries import Galleries
from app.services.collections.index_faces import IndexFaces
from app.services.collections.list_faces import ListFaces
from app.services.collections.manage_collections import ManageCollections
from app.services.collections.manage_users import ManageUsers
from app.services.collections.purposes import Purposes
from app.services.collections.search_collection import SearchCollection
from app.services.collections.search_users import SearchUsers
from app.services.collections.sweep_collections import SweepCollections
from app.services.enrichment import Enrichment


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

    @classmethod
    def over(
        cls,
        galleries: Galleries,
        enrichment: Enrichment,
        purposes: Purposes,
        sweep: SweepCollections,
    ) -> Self:
        """Make them all of what they have in common."""
        return cls(
            manage=ManageCollections(galleries, sweep),
            index_faces=IndexFaces(galleries, enrichment, sweep),
            list_faces=ListFaces(galleries),
            delete_faces=DeleteFaces(galleries, sweep),
            search=SearchCollection(galleries, enrichment, purposes),
            compare=CompareFaces(galleries, purposes),
            detect=DetectFaces(galleries),
            users=ManageUsers(galleries),
            search_users=SearchUsers(galleries, enrichment, purposes),
        )
