"""The first step: who knows the answers seals them."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from app.domain.audit_record import moment
from app.domain.blind_test import BlindAnswer, BlindAnswers, BlindProbe, BlindTest, answers_of
from app.domain.errors import BlindTestUnfitError
from app.domain.photo import sha256_of
from app.domain.search_id import new_search_id

_SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class SealedTest:
    """A test for everybody, the answers for who knows them, and the photos by their number."""

    test: BlindTest
    answers: BlindAnswers
    photos: Mapping[int, str]  # the names under which they were given


def seal_answers(
    photos: Mapping[str, bytes], written: Mapping[str, str], keeper: str, now: datetime
) -> SealedTest:
    """Seal the answers, written as `answers_of` reads them, of photos by their names.

    Photos are numbered by their SHA-256: neither their names nor their order tell an answer.
    Raises BlindTestUnfitError where a photo has no answer, an answer no photo, or one photo is
    there twice, and InvalidExternalImageIdError.
    """
    _check(photos, written)
    by_sha256 = {sha256_of(data): name for name, data in photos.items()}
    if len(by_sha256) != len(photos):
        alike = ", ".join(sorted(set(photos) - set(by_sha256.values())))
        raise BlindTestUnfitError(f"Photos that are there under another name too: {alike}.")
    ordered = sorted(by_sha256)
    test_id = new_search_id(now)
    answers = BlindAnswers(
        test_id,
        moment(now),
        keeper,
        secrets.token_hex(_SALT_BYTES),
        tuple(BlindAnswer(one, answers_of(written[by_sha256[one]])) for one in ordered),
    )
    probes = tuple(BlindProbe(number, one) for number, one in enumerate(ordered, 1))
    test = BlindTest(test_id, moment(now), keeper, probes, answers.seal)
    return SealedTest(test, answers, {one.number: by_sha256[one.sha256] for one in probes})


def _check(photos: Mapping[str, bytes], written: Mapping[str, str]) -> None:
    if not photos:
        raise BlindTestUnfitError("There is no photo to search.")
    if missing := sorted(set(photos) - set(written)):
        raise BlindTestUnfitError(f"Photos without an answer: {', '.join(missing)}.")
    if strange := sorted(set(written) - set(photos)):
        raise BlindTestUnfitError(f"Answers without a photo: {', '.join(strange)}.")
