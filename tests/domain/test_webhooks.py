"""Messages signed with a shared secret."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.webhooks import SignatureFault, SignedMessage, fault_of, secret_of, signature_of

SECRET = secret_of("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
OTHER = b"another one of 24 bytes, or more"
BODY = b'{"test": 2432232314}'
SENT = 1614265330
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
"""The example of the libraries of the Standard Webhooks specification."""

NOW = datetime.fromtimestamp(SENT, UTC)
TOLERANCE = timedelta(minutes=5)


def message(signatures: str = SIGNATURE, **changed: str) -> SignedMessage:
    told = {"message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "timestamp": str(SENT), **changed}
    return SignedMessage(**told, signatures=signatures, body=BODY)


def test_the_specifications_own_example_is_signed_alike() -> None:
    assert signature_of(message(), SECRET) == SIGNATURE
    assert fault_of(message(), [SECRET], NOW, TOLERANCE) is None


def test_any_of_several_secrets_and_of_several_signatures_will_do() -> None:
    several = f"v1a,asymmetric v1,{base64.b64encode(bytes(32)).decode()} {SIGNATURE}"

    assert fault_of(message(several), [OTHER, SECRET], NOW, TOLERANCE) is None


@pytest.mark.parametrize(
    "altered",
    [
        message("v1,"),
        message(SIGNATURE.removeprefix("v1,")),
        message(SIGNATURE.replace("g0", "g1")),
        message("v2" + SIGNATURE[2:]),
        message("v1,ümläut"),
        message(message_id="msg_2"),
        message(timestamp=str(SENT + 1)),
        message(timestamp="now"),
        message(" ".join(["v1,x"] * 20 + [SIGNATURE])),
        SignedMessage("msg_p5jXN8AQM9LWM0D4loKWxJek", str(SENT), SIGNATURE, BODY + b" "),
    ],
)
def test_what_was_altered_is_not_believed(altered: SignedMessage) -> None:
    assert fault_of(altered, [SECRET], NOW, TOLERANCE) is SignatureFault.WRONG


@pytest.mark.parametrize("lacking", ["message_id", "timestamp", "signatures"])
def test_a_header_that_is_missing_is_told_apart(lacking: str) -> None:
    sent = {"message_id": "msg-1", "timestamp": str(SENT), "signatures": SIGNATURE, lacking: ""}

    fault = fault_of(SignedMessage(**sent, body=BODY), [SECRET], NOW, TOLERANCE)

    assert fault is SignatureFault.MISSING


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_message_is_not_believed_nor_one_from_the_future(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)

    assert fault_of(message(), [SECRET], now, TOLERANCE) is SignatureFault.OTHER_TIME


def test_a_time_that_is_signed_and_no_number_is_not_believed() -> None:
    odd = message(timestamp="1614265330.5")
    signed = message(signature_of(odd, SECRET), timestamp="1614265330.5")

    assert fault_of(signed, [SECRET], NOW, TOLERANCE) is SignatureFault.OTHER_TIME


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("whsec_not base64!", "base64"),
        ("whsec_" + base64.b64encode(bytes(23)).decode(), "24 to 64 bytes, this one 23"),
        ("whsec_" + base64.b64encode(bytes(65)).decode(), "24 to 64 bytes, this one 65"),
    ],
)
def test_a_secret_that_cannot_be_one_is_refused_without_showing_it(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told) as refused:
        secret_of(text)

    assert text not in str(refused.value)
