"""A blind test: probes of people of whom one person alone knows whether they are booked here.

Who knows the answers seals them first. Then the probes are searched, and what came back is sealed.
Only then both are opened. A seal is a SHA-256 over all that was sealed; that of the answers covers
a random salt too, so that nobody can try answers until one fits it.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from app.domain.audit_record import canonical_json
from app.domain.errors import BlindSealBrokenError, BlindTestOrderError, BlindTestUnfitError
from app.domain.photo import checked_external_image_id

NOT_IN_GALLERY: Final = "not in the gallery"
"""How answers say so. No external_image_id can look like it: it has spaces."""

LEAST_NOTED: Final = 16
"""So many digits of a seal must have been noted to hold it against the sealed."""


@dataclass(frozen=True, slots=True)
class BlindProbe:
    """A photo that is searched: its place among all of them and the SHA-256 of its bytes."""

    number: int  # from 1
    sha256: str


@dataclass(frozen=True, slots=True)
class BlindTest:
    """What everybody may see: which photos are searched, and the seal of the answers."""

    test_id: str
    sealed_at: str  # RFC 3339
    keeper: str  # who knows the answers
    probes: tuple[BlindProbe, ...]
    answers_seal: str

    @property
    def set_sha256(self) -> str:
        """Return the SHA-256 that stands for the photos: of their own, a line each, in order."""
        lines = "".join(f"{one.sha256}\n" for one in self.probes)
        return hashlib.sha256(lines.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class BlindAnswer:
    """The truth of a probe: every id under which the person is booked; none: not in the gallery."""

    sha256: str
    external_image_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BlindAnswers:
    """The truth of all probes, and the salt, which are kept by who knows them."""

    test_id: str
    sealed_at: str  # RFC 3339
    keeper: str
    salt: str  # 64 hexadecimal digits
    answers: tuple[BlindAnswer, ...]  # in the order of the probes

    @property
    def seal(self) -> str:
        """Return what fixes them without telling them."""
        return seal_of(asdict(self))


@dataclass(frozen=True, slots=True)
class Returned:
    """A candidate, by all of the person's photos that came back, and its similarity."""

    rank: int
    external_image_ids: tuple[str, ...]
    similarity: float


@dataclass(frozen=True, slots=True)
class ProbeReturned:
    """What a search answered; `refused` says why nothing was searched, as `no_face`."""

    number: int
    search_id: str | None
    candidates: tuple[Returned, ...] = ()
    withheld: int = 0
    refused: str | None = None
    same_file: str | None = None  # the id of an enrolled photo that is this very file


@dataclass(frozen=True, slots=True)
class BlindFacts:
    """What searched, and among how many faces (the gallery may grow meanwhile)."""

    engine: str
    model: str
    score_scale: str
    fewest_faces: int
    most_faces: int
    candidates_asked: int
    policy: str | None


@dataclass(frozen=True, slots=True)
class BlindResults:
    """What came back for all probes of a test."""

    test_sha256: str  # of the test as it was when it was searched
    operator: str
    searched_at: str  # RFC 3339, when the last answer was there
    facts: BlindFacts
    returned: tuple[ProbeReturned, ...]

    @property
    def seal(self) -> str:
        """Return what fixes them."""
        return seal_of(asdict(self))


@dataclass(frozen=True, slots=True)
class NotedSeals:
    """Seals, or their beginnings, as somebody wrote them down when they were sealed."""

    answers: str | None = None
    results: str | None = None


NOT_NOTED: Final = NotedSeals()
"""Nobody wrote a seal down."""


def seal_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document in canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(document).encode()).hexdigest()


def answers_of(written: str) -> tuple[str, ...]:
    """Read the truth of a probe: ids with `;` between them, or `not in the gallery`.

    Raises BlindTestUnfitError where nothing is said, and InvalidExternalImageIdError.
    """
    said = written.strip()
    if said.casefold() == NOT_IN_GALLERY:
        return ()
    ids = [one.strip() for one in said.split(";") if one.strip()]
    if not ids:
        raise BlindTestUnfitError(
            f"An answer is empty: name the person's external_image_id, or write `{NOT_IN_GALLERY}`."
        )
    return tuple(dict.fromkeys(map(checked_external_image_id, ids)))


def check_opening(
    test: BlindTest, results: BlindResults, answers: BlindAnswers, noted: NotedSeals
) -> None:
    """Return where results and answers are those that were sealed, and of this very test.

    Raises BlindSealBrokenError, and BlindTestOrderError where they are of another test.
    """
    if answers.test_id != test.test_id:
        raise BlindTestOrderError(
            f"These answers are those of test {answers.test_id}, and this is {test.test_id}."
        )
    if answers.seal != test.answers_seal:
        raise BlindSealBrokenError(
            "The answers are not those that were sealed: they, or their seal, were changed since. "
            "This test says nothing any more; begin another with `candid evaluate blind new`."
        )
    if results.test_sha256 != seal_of(asdict(test)):
        raise BlindSealBrokenError(
            "The test was changed after its probes were searched: its photos, its names or the "
            "seal of its answers are not those that the results were sealed with."
        )
    _check_is_all_that_was_sealed(test, results, answers)
    _check_noted("answers", answers.seal, noted.answers)
    _check_noted("results", results.seal, noted.results)


def _check_is_all_that_was_sealed(
    test: BlindTest, results: BlindResults, answers: BlindAnswers
) -> None:
    """Hold what whoever searches was given, and gave back, against what the keeper sealed."""
    if (test.keeper, test.sealed_at) != (answers.keeper, answers.sealed_at):
        raise BlindSealBrokenError(
            f"The test says that {test.keeper} sealed it at {test.sealed_at}; sealed is "
            f"{answers.keeper} at {answers.sealed_at}."
        )
    numbers = list(range(1, len(answers.answers) + 1))
    searched = [(one.number, one.sha256) for one in test.probes]
    if searched != list(zip(numbers, (one.sha256 for one in answers.answers), strict=True)):
        raise BlindSealBrokenError(
            f"The probes of this test are not the {len(numbers)} photos whose answers were sealed: "
            "some were left out, added or given twice. This test says nothing any more."
        )
    if [one.number for one in results.returned] != numbers:
        raise BlindSealBrokenError(
            f"The results are not one of each of the {len(numbers)} probes, in their order. This "
            "test says nothing any more."
        )


def _check_noted(of: str, seal: str, noted: str | None) -> None:
    if noted is None:
        return
    digits = "".join(noted.split()).casefold()
    if len(digits) < LEAST_NOTED:
        raise BlindTestOrderError(
            f"At least {LEAST_NOTED} digits of the noted seal of the {of} are needed; these are "
            f"{len(digits)}."
        )
    if not seal.startswith(digits):
        raise BlindSealBrokenError(
            f"The {of} are not those whose seal was noted: they were changed, or made anew, after "
            "they were sealed."
        )
