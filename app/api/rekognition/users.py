"""Operations on users, who are searched by several faces at once."""

from app.api.rekognition.answers import (
    face_detail,
    model_version,
    refused_association,
    refused_disassociation,
    user,
    user_matches,
    user_status,
)
from app.api.rekognition.asked import DEFAULT_ASSOCIATION, DEFAULT_USERS_PAGE, Asked
from app.api.rekognition.errors import INVALID, Refusal
from app.api.rekognition.model import Fields
from app.api.rekognition.tokens import Page
from app.services.collections.answers import FoundUsers


async def create_user(asked: Asked) -> Fields:
    """Make a user without faces."""
    await asked.services.users.create(asked.collection_id, asked.user_id, asked.token, asked.call)
    return {}


async def delete_user(asked: Asked) -> Fields:
    """Delete a user; its faces stay."""
    await asked.services.users.delete(asked.collection_id, asked.user_id, asked.token, asked.call)
    return {}


async def list_users(asked: Asked) -> Fields:
    """List users, page by page."""
    wanted = asked.count("MaxResults", DEFAULT_USERS_PAGE)
    read = await asked.services.users.page(asked.collection_id, asked.after, wanted + 1, asked.call)
    page = Page.of(read, wanted)
    return {
        "Users": [user(one) for one in page.items],
        **({} if page.is_last else asked.next(page.items[-1].user_id)),
    }


async def associate_faces(asked: Asked) -> Fields:
    """Count faces for a user."""
    answer = await asked.services.users.associate(
        asked.collection_id,
        asked.user_id,
        asked.fields["FaceIds"],
        asked.number("UserMatchThreshold", DEFAULT_ASSOCIATION),
        asked.token,
        asked.call,
    )
    return {
        "AssociatedFaces": [{"FaceId": one} for one in answer.face_ids],
        "UnsuccessfulFaceAssociations": [refused_association(one) for one in answer.refused],
        "UserStatus": user_status(answer.user),
    }


async def disassociate_faces(asked: Asked) -> Fields:
    """Count faces no longer for a user."""
    answer = await asked.services.users.disassociate(
        asked.collection_id, asked.user_id, asked.fields["FaceIds"], asked.token, asked.call
    )
    return {
        "DisassociatedFaces": [{"FaceId": one} for one in answer.face_ids],
        "UnsuccessfulFaceDisassociations": [refused_disassociation(one) for one in answer.refused],
        "UserStatus": user_status(answer.user),
    }


async def search_users(asked: Asked) -> Fields:
    """Search users by one of them or by an enrolled face."""
    fields, most, threshold = asked.fields, _most(asked), _threshold(asked)
    if ("UserId" in fields) == ("FaceId" in fields):
        raise Refusal(INVALID, "Send either a UserId or a FaceId, and not both.")
    search = asked.services.search_users
    if "UserId" in fields:
        found = await search.by_user(
            asked.collection_id, asked.user_id, most, threshold, asked.call
        )
        return _found(found) | {"SearchedUser": {"UserId": asked.user_id}}
    face_id = fields["FaceId"]
    found = await search.by_face(asked.collection_id, face_id, most, threshold, asked.call)
    return _found(found) | {"SearchedFace": {"FaceId": face_id}}


async def search_users_by_image(asked: Asked) -> Fields:
    """Search users by the largest face of an image; without a face nobody is found."""
    found = await asked.services.search_users.by_image(
        asked.collection_id, asked.image(), _most(asked), _threshold(asked), asked.call
    )
    others = [
        {"FaceDetails": face_detail(face), "Reasons": ["FACE_NOT_LARGEST"]}
        for face in found.faces[1:]
    ]
    answer = _found(found) | {"UnsearchedFaces": others}
    if found.faces:
        answer["SearchedFace"] = {"FaceDetail": face_detail(found.faces[0])}
    return answer


def _found(found: FoundUsers) -> Fields:
    return {
        "UserMatches": user_matches(found.matches),
        "FaceModelVersion": model_version(found.model),
    }


def _most(asked: Asked) -> int | None:
    return asked.said_count("MaxUsers")


def _threshold(asked: Asked) -> float | None:
    return asked.said_number("UserMatchThreshold")
