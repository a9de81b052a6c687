"""Every error has its status and its place in the documentation."""

import importlib
import pkgutil
from collections.abc import Iterator

import adapters
from app.api.errors import STATUS
from app.api.rekognition.errors import CODES
from app.domain.errors import CandidError
from tests.live import ROOT

DOCUMENTED = (ROOT / "docs" / "api-errors.md").read_text("utf-8")
OF_HTTP = {
    "bad_request",
    "body_too_large",
    "internal",
    "invalid_request",
    "method_not_allowed",
    "not_found",
    "request_header_fields_too_large",
    "request_timeout",
}
OF_REKOGNITION = {
    "collection_exists",
    "collection_in_use",
    "collection_model",
    "collection_not_found",
    "face_not_held",
    "too_many_faces_of_user",
    "user_exists",
    "user_not_found",
}
"""Of collections and users, which only clients of Amazon Rekognition name."""
OF_COMMANDS = {
    "blind_seal_broken",
    "blind_test_order",
    "blind_test_unfit",
    "gallery_too_small",
    "not_calibrated",
    "portraits_unavailable",
}
"""Of the demo's preparation, `candid calibrate` and `candid evaluate`: no call can meet them."""


def _kinds(parent: type[CandidError]) -> Iterator[type[CandidError]]:
    for kind in parent.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _every_kind() -> set[type[CandidError]]:
    for module in pkgutil.walk_packages(adapters.__path__, "adapters."):
        if "migrations" not in module.name:  # those run under Alembic alone
            importlib.import_module(module.name)
    own = {kind for kind in _kinds(CandidError) if kind.__module__.startswith(("app.", "adapters"))}
    return {kind for kind in own if kind.code not in OF_COMMANDS}


def test_every_error_has_a_status() -> None:
    of_rekognition = {kind for kind in CODES if kind.code in OF_REKOGNITION}

    assert _every_kind() == set(STATUS) | of_rekognition
    assert not of_rekognition & set(STATUS)


def test_every_error_has_a_code_of_its_own() -> None:
    codes = [kind.code for kind in STATUS]

    assert len(set(codes)) == len(codes)
    assert CandidError.code not in codes


def test_every_code_is_documented_with_its_status() -> None:
    for kind, status in STATUS.items():
        assert f"| `{kind.code}` | {int(status)} |" in DOCUMENTED
    for code in OF_HTTP:
        assert f"| `{code}` |" in DOCUMENTED


def test_no_code_is_documented_that_does_not_exist() -> None:
    rows = [line for line in DOCUMENTED.splitlines() if line.startswith("| `")]

    told = {row.split("`")[1] for row in rows}
    assert told == {kind.code for kind in STATUS} | OF_HTTP
