"""What the stub of Amazon Rekognition answers about users: people of several faces."""

from dataclasses import dataclass, field

from tests.rekognition_answers import Collections, Held, Refusal
from tests.rekognition_model import Fields

MOST_FACES = 100


@dataclass
class Users:
    """The users of the collections; one is as alike as the most alike of its faces, and `more`."""

    collections: Collections
    more: float = 0.0
    known: set[tuple[str, str]] = field(default_factory=set)  # collection, user

    def answer(self, operation: str, fields: Fields) -> Fields | None:
        """Return None for operations that are not about users."""
        answers = {
            "CreateUser": self._create,
            "DeleteUser": self._delete,
            "AssociateFaces": self._associate,
            "DisassociateFaces": self._disassociate,
            "SearchUsers": self._search,
            "SearchUsersByImage": self._search_image,
        }
        if operation == "DeleteCollection":
            self.known = {one for one in self.known if one[0] != fields["CollectionId"]}
        return answers[operation](fields) if operation in answers else None

    def _create(self, fields: Fields) -> Fields:
        self.collections.collection(fields)
        if (fields["CollectionId"], fields["UserId"]) in self.known:
            raise Refusal("ConflictException", "A user with the same id already exists.")
        self.known.add((fields["CollectionId"], fields["UserId"]))
        return {}

    def _delete(self, fields: Fields) -> Fields:
        for held in self._of(fields):
            del held.face["UserId"]
        self.known.discard((fields["CollectionId"], fields["UserId"]))
        return {}

    def _associate(self, fields: Fields) -> Fields:
        of_user = self._of(fields)
        if len(of_user) + len(fields["FaceIds"]) > MOST_FACES:
            raise Refusal("ServiceQuotaExceededException", "Too many faces.")
        done, failed = [], []
        for face_id in fields["FaceIds"]:
            held = self.collections.collection(fields).get(face_id)
            refused = self._refused(held, of_user, fields)
            if refused is not None:
                failed.append({"FaceId": face_id, **refused})
            elif held is not None and held.user_id is None:
                held.face["UserId"] = fields["UserId"]
                of_user.append(held)
                done.append({"FaceId": face_id})
        return {
            "AssociatedFaces": done,
            "UnsuccessfulFaceAssociations": failed,
            "UserStatus": "UPDATING",
        }

    def _refused(self, held: Held | None, of_user: list[Held], fields: Fields) -> Fields | None:
        if held is None:
            return {"Reasons": ["FACE_NOT_FOUND"]}
        if held.user_id not in {None, fields["UserId"]}:
            return {"UserId": held.user_id, "Reasons": ["ASSOCIATED_TO_A_DIFFERENT_USER"]}
        likeness = self._likeness(held.identity, of_user)
        if of_user and likeness < fields.get("UserMatchThreshold", 75):
            return {"Confidence": likeness, "Reasons": ["LOW_MATCH_CONFIDENCE"]}
        return None

    def _disassociate(self, fields: Fields) -> Fields:
        own = [held for held in self._of(fields) if held.face["FaceId"] in fields["FaceIds"]]
        for held in own:
            del held.face["UserId"]
        return {
            "DisassociatedFaces": [{"FaceId": held.face["FaceId"]} for held in own],
            "UserStatus": "UPDATING",
        }

    def _search(self, fields: Fields) -> Fields:
        if "FaceId" in fields:
            held = self.collections.collection(fields).get(fields["FaceId"])
            if held is None:
                raise Refusal("InvalidParameterException", "faceId was not found")
            return self._matches(held.identity, fields)
        faces = self._of(fields)
        if not faces:
            raise Refusal("InvalidParameterException", "The user has no faces.")
        return self._matches(faces[0].identity, fields)

    def _search_image(self, fields: Fields) -> Fields:
        seen = self.collections.seen(fields["Image"])
        if not seen:
            return {"UserMatches": [], "FaceModelVersion": self.collections.model}
        others = [
            {"FaceDetails": one.detail(), "Reasons": ["FACE_NOT_LARGEST"]} for one in seen[1:]
        ]
        searched = {"SearchedFace": {"FaceDetail": seen[0].detail()}, "UnsearchedFaces": others}
        return {**self._matches(seen[0].identity, fields), **searched}

    def _matches(self, identity: object, fields: Fields) -> Fields:
        floor = fields.get("UserMatchThreshold", 80)
        found: list[Fields] = []
        for user_id in self._names(fields):
            faces = self._of({**fields, "UserId": user_id})
            similarity = min(100.0, self._likeness(identity, faces) + self.more)
            if faces and similarity >= floor:
                user = {"UserId": user_id, "UserStatus": "ACTIVE"}
                found.append({"Similarity": similarity, "User": user})
        found.sort(key=lambda match: -match["Similarity"])
        return {
            "UserMatches": found[: fields.get("MaxUsers")],
            "FaceModelVersion": self.collections.model,
        }

    def _names(self, fields: Fields) -> list[str]:
        return sorted(
            user for collection, user in self.known if collection == fields["CollectionId"]
        )

    def _of(self, fields: Fields) -> list[Held]:
        collection = self.collections.collection(fields)
        if (fields["CollectionId"], fields["UserId"]) not in self.known:
            raise Refusal("ResourceNotFoundException", "The user does not exist.")
        return [held for held in collection.values() if held.user_id == fields["UserId"]]

    def _likeness(self, identity: object, faces: list[Held]) -> float:
        alike = self.collections.recogniser.similarity
        return max((alike(identity, held.identity) for held in faces), default=0.0)
