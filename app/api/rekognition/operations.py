"""What is served: each operation, what a key needs for it, and as what it is recorded."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from app.api.rekognition import collections, faces, searches, users
from app.api.rekognition.asked import Asked
from app.api.rekognition.model import Fields
from app.domain.access import Scope
from app.domain.audit import AuditAction

_INDEX = (Scope.INDEX,)
_SEARCH = (Scope.SEARCH,)
_LOOK = (Scope.INDEX, Scope.SEARCH)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; the caller's key needs one of the scopes."""

    serve: Callable[[Asked], Awaitable[Fields]]
    any_of: tuple[Scope, ...]
    action: AuditAction


_COLLECTION, _USER = AuditAction.MANAGE_COLLECTION, AuditAction.MANAGE_USER

OPERATIONS: Final[dict[str, Operation]] = {
    "CreateCollection": Operation(collections.create_collection, _INDEX, _COLLECTION),
    "DescribeCollection": Operation(collections.describe_collection, _LOOK, _COLLECTION),
    "ListCollections": Operation(collections.list_collections, _LOOK, _COLLECTION),
    "DeleteCollection": Operation(collections.delete_collection, (Scope.ADMIN,), _COLLECTION),
    "IndexFaces": Operation(faces.index_faces, _INDEX, AuditAction.INDEX),
    "ListFaces": Operation(faces.list_faces, _LOOK, AuditAction.LIST_FACES),
    "DeleteFaces": Operation(faces.delete_faces, _INDEX, AuditAction.REMOVE),
    "DetectFaces": Operation(faces.detect_faces, _SEARCH, AuditAction.DETECT),
    "SearchFaces": Operation(searches.search_faces, _SEARCH, AuditAction.SEARCH),
    "SearchFacesByImage": Operation(searches.search_faces_by_image, _SEARCH, AuditAction.SEARCH),
    "CompareFaces": Operation(searches.compare_faces, _SEARCH, AuditAction.COMPARE),
    "CreateUser": Operation(users.create_user, _INDEX, _USER),
    "DeleteUser": Operation(users.delete_user, _INDEX, _USER),
    "ListUsers": Operation(users.list_users, _LOOK, _USER),
    "AssociateFaces": Operation(users.associate_faces, _INDEX, _USER),
    "DisassociateFaces": Operation(users.disassociate_faces, _INDEX, _USER),
    "SearchUsers": Operation(users.search_users, _SEARCH, AuditAction.SEARCH),
    "SearchUsersByImage": Operation(users.search_users_by_image, _SEARCH, AuditAction.SEARCH),
}
