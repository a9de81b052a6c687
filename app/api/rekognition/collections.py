"""Operations on collections."""

from app.api.rekognition.answers import collection_arn, model_version
from app.api.rekognition.asked import DEFAULT_PAGE, Asked
from app.api.rekognition.model import Fields
from app.api.rekognition.tokens import Page


async def create_collection(asked: Asked) -> Fields:
    """Make an empty collection."""
    tags = asked.fields.get("Tags", {})
    made = await asked.services.manage.create(asked.collection_id, tags, asked.call)
    return {
        "StatusCode": 200,
        "CollectionArn": collection_arn(made.collection_id, asked.region),
        "FaceModelVersion": model_version(made.model),
    }


async def describe_collection(asked: Asked) -> Fields:
    """Say what a collection holds."""
    facts = await asked.services.manage.describe(asked.collection_id, asked.call)
    return {
        "FaceCount": facts.faces,
        "UserCount": facts.users,
        "FaceModelVersion": model_version(facts.collection.model),
        "CollectionARN": f"arn:{collection_arn(asked.collection_id, asked.region)}",
        "CreationTimestamp": round(facts.collection.created_at.timestamp(), 3),
    }


async def list_collections(asked: Asked) -> Fields:
    """List collections, page by page."""
    wanted = asked.count("MaxResults", DEFAULT_PAGE)
    read = await asked.services.manage.page(asked.after, wanted + 1, asked.call)
    page = Page.of(read, wanted)
    return {
        "CollectionIds": [one.collection_id for one in page.items],
        "FaceModelVersions": [model_version(one.model) for one in page.items],
        **({} if page.is_last else asked.next(page.items[-1].collection_id)),
    }


async def delete_collection(asked: Asked) -> Fields:
    """Delete a collection with everything in it."""
    await asked.services.manage.delete(asked.collection_id, asked.call)
    return {"StatusCode": 200}
