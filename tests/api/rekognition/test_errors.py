"""Every error of the core has its Rekognition code, or a reason for none."""

import pytest

from app.api.errors import STATUS
from app.api.rekognition.errors import CODES, INTERNAL, TEXTS, Refusal, refusal_of
from app.domain import errors
from tests.live import ROOT
from tests.rekognition_model import RekognitionModel

NEVER_HERE = {
    # of use cases that no call of Rekognition reaches, or of people who sign in: it takes keys only
    errors.AuditAloneError,
    errors.BookingNotFoundError,
    errors.CorroborationRequiredError,
    errors.EventConflictError,
    errors.DerivationError,
    errors.FaceIndexError,
    errors.FaceRefusedError,
    errors.HighConfidenceRefusedError,
    errors.HoldNotFoundError,
    errors.HoldReleasedError,
    errors.IdentityProviderMisconfiguredError,
    errors.IdentityProviderUnavailableError,
    errors.ImportInTroubleError,
    errors.ImportItemNotFoundError,
    errors.ImportNotFoundError,
    errors.ImportRunningError,
    errors.ImportStateError,
    errors.JmsCannotListError,
    errors.JmsEventsOffError,
    errors.JmsMisconfiguredError,
    errors.JmsNotAskedError,
    errors.JmsNotConfiguredError,
    errors.JmsTimeoutError,
    errors.JmsUnavailableError,
    errors.KeyEndedError,
    errors.KeyNotFoundError,
    errors.KeysOffError,
    errors.LastAdminKeyError,
    errors.LinkExpiredError,
    errors.ModelChangeIncompleteError,
    errors.NoModelChangeError,
    errors.NotIndexedError,
    errors.NothingToRemoveError,
    errors.OnBehalfOfRefusedError,
    errors.PersonNotBlockedError,
    errors.PhotoMissingError,
    errors.PictureNotFoundError,
    errors.ProbeDestroyedError,
    errors.ProbeNotKeptError,
    errors.RecordWithheldError,
    errors.RemovalNotFoundError,
    errors.RemovalsChangedError,
    errors.RemovalsWaitError,
    errors.ReviewAnswerError,
    errors.ReviewEntryStandsError,
    errors.ReviewStateError,
    errors.ReviewerExcludedError,
    errors.ReviewerNotBlindError,
    errors.RolesConflictError,
    errors.ScopeNotHeldError,
    errors.SearchNotFoundError,
    errors.SecondFactorMissingError,
    errors.SeveralFacesError,
    errors.SignatureInvalidError,
    errors.SignatureOutdatedError,
    errors.SignInOffError,
    errors.SourceTimeoutError,
    errors.SourceUnavailableError,
    errors.SourceUnusableError,
    errors.TooManyWatchersError,
}
OF_THE_WIRE = {
    "IncompleteSignatureException",
    "InvalidPaginationTokenException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "SerializationException",
    "UnknownOperationException",
}
OF_EVERY_SERVICE = {"UnrecognizedClientException"}


def test_every_error_has_a_code_or_cannot_come() -> None:
    assert set(STATUS) - NEVER_HERE <= set(CODES)
    assert not NEVER_HERE & set(CODES)
    assert set(TEXTS) <= set(CODES)


def test_every_code_is_documented() -> None:
    documented = (ROOT / "docs" / "rekognition-endpoint.md").read_text("utf-8")

    assert all(f"| `{code}` |" in documented for code in {*CODES.values(), *OF_THE_WIRE})


def test_every_code_is_declared_by_aws() -> None:
    declared = RekognitionModel().errors

    assert set(CODES.values()) <= declared | OF_EVERY_SERVICE


@pytest.mark.parametrize(
    "error", [errors.JmsUnavailableError("secret"), ZeroDivisionError("secret")]
)
def test_any_other_error_is_ours_and_tells_nothing(error: Exception) -> None:
    refusal = refusal_of(error)

    assert (refusal.code, refusal.status) == (INTERNAL, 500)
    assert "secret" not in refusal.message


def test_of_what_is_wrong_here_only_the_log_has_the_details() -> None:
    refusal = refusal_of(errors.EngineMisconfiguredError("arn:aws:iam::123:role/x may not"))

    assert refusal.message == errors.EngineMisconfiguredError.text


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (
            errors.CollectionExistsError(),
            "ResourceAlreadyExistsException",
            "The collection id: jail already exists.",
        ),
        (
            errors.CollectionNotFoundError(),
            "ResourceNotFoundException",
            "The collection id: jail does not exist.",
        ),
        (errors.UserExistsError(), "ConflictException", "The user id: U-1 already exists."),
        (
            errors.NoFaceError(),
            "InvalidParameterException",
            "There are no faces in the image. Should be at least 1.",
        ),
        (
            errors.PurposeRequiredError("Say why {x}."),
            "AccessDeniedException",
            "Say why {x}. Send X-Candid-Purpose, or bind it to the key.",
        ),
        (errors.TombstonedError("Gone {0}."), "InvalidParameterException", "Gone {0}."),
        (Refusal("A", "b {c}"), "A", "b {c}"),
    ],
)
def test_errors_are_told_in_awss_words_where_it_has_some(
    error: Exception, code: str, message: str
) -> None:
    refusal = refusal_of(error, {"CollectionId": "jail", "UserId": "U-1"})

    assert (refusal.code, refusal.message) == (code, message)
