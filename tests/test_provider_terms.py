"""The provider's terms are told at every start that needs them, and only there."""

import pytest

from app.domain.provider_terms import ProviderTerms
from app.settings import RekognitionSettings, Settings
from app.wiring.provider_terms import provider_terms_of, tell_provider_terms

PERMISSION = "permission 2026-017 of 2026-03-02, signed by counsel"


def _settings(reference: str | None) -> Settings:
    return Settings(engine=RekognitionSettings(kind="rekognition", terms_reference=reference))


def test_without_a_reference_the_moratorium_and_the_way_out_are_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_provider_terms(_settings(None))

    told = " ".join(capsys.readouterr().err.split())
    for words in (
        "Amazon Web Services has prohibited, since 10 June 2020",
        "missing persons is excepted",
        "Service Terms",
        "with your counsel",
        "CANDID_ENGINE__TERMS_REFERENCE is not set",
        "missing_person and training_test only",
    ):
        assert words in told


def test_with_a_reference_the_moratorium_is_told_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell_provider_terms(_settings(PERMISSION))

    told = capsys.readouterr().err
    assert "since 10 June 2020" in told
    assert "every purpose is served" in told
    assert provider_terms_of(_settings(PERMISSION)) == ProviderTerms(
        restricted=True, reference=PERMISSION
    )


def test_the_embedded_engine_has_no_such_terms(capsys: pytest.CaptureFixture[str]) -> None:
    tell_provider_terms(Settings())

    assert capsys.readouterr().err == ""
    assert provider_terms_of(Settings()) == ProviderTerms()
