"""The directory of a blind test, and the file of the answers, which is never in it."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.cli.client import photo_of
from app.cli.console import CommandError
from app.cli.writing import whole_directory, write_whole
from app.domain.blind_documents import answers_from, results_document, results_of, test_of
from app.domain.blind_score import OpenedBlindTest
from app.domain.blind_test import BlindAnswers, BlindProbe, BlindResults, BlindTest
from app.domain.errors import BlindTestOrderError
from app.services.blind_test import SealedTest

_TEST, _RESULTS, _OPENED, _PROBES = "test.json", "results.json", "opened.json", "probes"


@dataclass(frozen=True, slots=True)
class BlindFolder:
    """What of a test lies where; nothing that was sealed or opened is written again."""

    path: Path

    def seal(self, sealed: SealedTest, photos: Mapping[str, bytes], keep: Path) -> None:
        """Write the test and its photos, and the answers to `keep`: both of them, or neither.

        A photo's name is its number alone, for even `.jpg` among `.png` could tell an answer.
        Raises CommandError, and BlindTestOrderError where one of them is there already.
        """
        for path in (self.path, keep):
            if path.exists():
                raise BlindTestOrderError(
                    f"{path} is there already: a sealed test is not sealed again. Name another."
                )
        try:
            with whole_directory(self.path) as folder:
                (folder / _PROBES).mkdir()
                for number, name in sealed.photos.items():
                    (folder / _PROBES / _name(number)).write_bytes(photos[name])
                write_whole(folder / _TEST, asdict(sealed.test))
                write_whole(keep, asdict(sealed.answers), mode=0o600)
        except BaseException:
            with suppress(OSError):
                keep.unlink()
            raise

    def test(self) -> BlindTest:
        """Return the test; BlindTestOrderError where none was sealed."""
        if not (self.path / _TEST).is_file():
            raise BlindTestOrderError(
                f"{self.path} is no blind test. Whoever knows the answers seals them first: "
                "`candid evaluate blind new`."
            )
        return test_of(_read(self.path / _TEST))

    def photo(self, probe: BlindProbe) -> bytes:
        """Return a probe's bytes; CommandError where they are not there."""
        return photo_of(self.path / _PROBES / _name(probe.number))

    def check_not_searched(self) -> None:
        """Return where there are no results yet; BlindTestOrderError where there are."""
        if (self.path / _RESULTS).exists():
            raise BlindTestOrderError(
                "The probes of this test were searched and the results sealed; they are not "
                "sealed again. Open them: `candid evaluate blind open`."
            )

    def write_results(self, results: BlindResults) -> None:
        """Write sealed results; raises what `check_not_searched` raises."""
        self.check_not_searched()
        write_whole(self.path / _RESULTS, results_document(results))

    def results(self) -> BlindResults:
        """Return sealed results; BlindTestOrderError where there are none yet."""
        if not (self.path / _RESULTS).is_file():
            raise BlindTestOrderError(
                "Nothing was sealed yet that could be opened: search the probes first, with "
                "`candid evaluate blind run`. The answers stay closed until then."
            )
        return results_of(_read(self.path / _RESULTS))

    def write_opened(self, opened: OpenedBlindTest, text: str, page: str) -> None:
        """Write what was opened, for anybody to check, and the protocol as text and as a page.

        `opened.json` is the last: until it is there, the test can be opened again.
        """
        document = {
            "test": asdict(opened.test),
            **results_document(opened.results),
            "answers": asdict(opened.answers),
            "opened_at": opened.opened_at,
        }
        if (self.path / _OPENED).exists():
            raise BlindTestOrderError(
                f"This test was opened before: its protocol is in {self.path}."
            )
        write_whole(self.path / "protocol.txt", text)
        write_whole(self.path / "protocol.html", page)
        write_whole(self.path / _OPENED, document)


def kept_answers(path: Path) -> BlindAnswers:
    """Read the kept answers; CommandError and BlindTestUnfitError."""
    return answers_from(_read(path))


def _read(path: Path) -> Any:  # noqa: ANN401 - JSON
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} cannot be read: {error}.") from error


def _name(number: int) -> str:
    return f"{number:03}"
