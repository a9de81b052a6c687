"""`candid evaluate blind`: seal the answers, search the probes, open both, and sign."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from app.cli.client import on_behalf_of as by
from app.cli.client import service
from app.cli.console import CommandError, console, photo_progress, tell
from app.cli.evaluate.blind.answers_file import written_answers
from app.cli.evaluate.blind.folder import BlindFolder, kept_answers
from app.cli.evaluate.blind.searching import Searching, searcher
from app.domain.blind_score import opened
from app.domain.blind_test import NotedSeals
from app.domain.policy_in_force import MOST_CANDIDATES
from app.services.blind_test import protocol_text, seal_answers, search_blind
from app.wiring.evaluation_paper import evaluation_paper

blind = typer.Typer(
    help="A blind test of the running service, with sealed answers and a protocol to sign.",
    no_args_is_help=True,
)

_Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The test's own directory.")]
_CANDIDATES = 20


@blind.command()
def new(
    folder: _Folder,
    answers: Annotated[
        Path, typer.Option(metavar="CSV", help="Columns photo and external_image_id.")
    ],
    keeper: Annotated[str, typer.Option(help="The name of who knows the answers.")],
    keep: Annotated[
        Path, typer.Option(metavar="FILE", help="Where the answers are kept, outside DIR.")
    ],
) -> None:
    """Seal the answers and number the photos: DIR can then be given to who searches.

    The CSV names each photo by its path from the CSV's own directory, and the external_image_id
    under which the person is booked, or `not in the gallery`. Of a person with several write all,
    with `;` between them: an answer lists ten of a candidate's other photos, not more.
    """
    if keep.resolve().is_relative_to(folder.resolve()):
        raise CommandError("--keep must be outside DIR, which whoever searches is given.")
    written, photos = written_answers(answers)
    sealed = seal_answers(photos, written, keeper, datetime.now(UTC))
    BlindFolder(folder).seal(sealed, photos, keep)
    count = len(sealed.test.probes)
    tell(f"{count} probes are in {folder}. Give it to who searches, and keep {keep} to yourself.")
    tell(
        "Each photo is byte for byte the one that you gave: a caption in it, or a name in its "
        "metadata, still tells. Where one does, take it out of your photos and seal another test."
    )
    _show_seal("answers", sealed.test.answers_seal)


@blind.command()
def run(  # noqa: PLR0913 - one parameter an option
    folder: _Folder,
    operator: Annotated[str, typer.Option(help="The name of who searches.")],
    candidates: Annotated[
        int, typer.Option(min=5, max=MOST_CANDIDATES, help="At most so many people a probe.")
    ] = _CANDIDATES,
    case: Annotated[str | None, typer.Option(help="Where the policy wants one.")] = None,
    on_behalf_of: Annotated[str | None, typer.Option(help="Who searches, if not the key.")] = None,
    *,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Search every probe in the live gallery as a training_test, and seal what comes back.

    Each search is audited like any other; nothing is enrolled. What was interrupted goes on where
    it stood: the service answers a search that was made already as it answered it then.
    """
    opened_folder = BlindFolder(folder)
    test = opened_folder.test()
    opened_folder.check_not_searched()
    with (
        service(url, key) as client,
        photo_progress("Searching", len(test.probes)) as advance,
    ):
        asked = Searching(test.test_id, candidates, case, by(on_behalf_of))
        search = searcher(client, asked, advance)
        results = search_blind(
            test, opened_folder.photo, search, operator, candidates, lambda: datetime.now(UTC)
        )
    opened_folder.write_results(results)
    tell("The results are sealed. Tell their seal to who knows the answers before asking for them.")
    _show_seal("results", results.seal)


@blind.command("open")
def open_together(
    folder: _Folder,
    answers: Annotated[Path, typer.Option(metavar="FILE", help="What --keep wrote.")],
    noted: Annotated[
        str | None, typer.Option(help="The seal of the results, or 16 digits of it, as noted.")
    ] = None,
    noted_answers: Annotated[
        str | None, typer.Option(help="The seal of the answers, or 16 digits of it, as noted.")
    ] = None,
) -> None:
    """Open the results and the answers together, and write the protocol to sign."""
    opened_folder = BlindFolder(folder)
    test = opened_folder.test()
    results = opened_folder.results()
    found = opened(
        test,
        results,
        kept_answers(answers),
        datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        NotedSeals(noted_answers, noted),
    )
    text = protocol_text(found)
    opened_folder.write_opened(found, text, evaluation_paper().protocol(found))
    console.print(text, markup=False, highlight=False, soft_wrap=True, end="")
    tell(f"To print and sign: {folder / 'protocol.html'} or {folder / 'protocol.txt'}.")


def _show_seal(of: str, seal: str) -> None:
    digits = " ".join(seal[at : at + 4] for at in range(0, len(seal), 4))
    tell(f"Write down the seal of the {of}:")
    console.print(digits, highlight=False, soft_wrap=True)
