import pytest

from tests.rekognition_model import InvalidRequestError, RekognitionModel, examples

OPERATIONS = ["DeleteFaces", "IndexFaces", "ListFaces", "SearchFacesByImage", "DetectFaces"]


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_model_accepts_the_examples_of_aws(operation: str) -> None:
    for example in examples()[operation]:
        assert RekognitionModel().request(operation, example["input"]) == example["input"]
        assert RekognitionModel().answer(operation, example["output"]) == example["output"]


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("IndexFaces", {"CollectionId": "jail", "Image": {}, "ExternalImageId": "a b"}),
        ("IndexFaces", {"CollectionId": "jail"}),
        ("IndexFaces", {"CollectionId": "jail", "Image": {}, "QualityFilter": "SOME"}),
        ("IndexFaces", {"CollectionId": "jail", "Image": {"Bytes": "not base64!"}}),
        ("SearchFacesByImage", {"CollectionId": "jail", "Image": {}, "MaxFaces": 4097}),
        ("SearchFacesByImage", {"CollectionId": "jail", "Image": {}, "FaceMatchThreshold": 101}),
        ("DeleteFaces", {"CollectionId": "jail", "FaceIds": []}),
        ("DescribeCollection", {"CollectionId": "ja il"}),
        ("DescribeCollection", []),
        ("StealFaces", {}),
    ],
)
def test_what_the_model_does_not_allow_is_refused(operation: str, body: object) -> None:
    with pytest.raises(InvalidRequestError):
        RekognitionModel().request(operation, body)
