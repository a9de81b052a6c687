import pytest

from app.domain.errors import EngineMisconfiguredError
from app.ports.face_engine import EngineDescription
from app.services.check_model import check_model

HOLDING = EngineDescription("rekognition", "rekognition-7.0", "rekognition-7.0", holds_faces=True)
FED = EngineDescription("local", "dlib", "dlib", holds_faces=False)


def test_a_gallery_of_another_model_says_how_to_index_again() -> None:
    with pytest.raises(EngineMisconfiguredError) as refused:
        check_model(HOLDING, ["rekognition-6.0"])

    for words in ("rekognition-6.0", "rekognition-7.0", "CANDID_ENGINE__COLLECTION_ID"):
        assert words in str(refused.value)


def test_an_engine_that_is_fed_by_the_records_leaves_other_models_out_itself() -> None:
    check_model(FED, ["another"])


def test_a_gallery_of_the_engines_own_model_is_fine() -> None:
    check_model(HOLDING, [])
