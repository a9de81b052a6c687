"""`candid import start`."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.client import service
from app.cli.console import console, progress, tell
from app.cli.imports.calls import Imports
from app.cli.imports.sources import moment_of, source_from
from app.cli.imports.summary import check_writable
from app.cli.imports.watching import Report, follow
from app.domain.imports import FacesRule, ImportMode, SourceKind

_DATES = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S%z"]


def start(  # noqa: PLR0913 - one parameter an option
    *,
    jms: Annotated[bool, typer.Option("--jms", help="What the jail system lists.")] = False,
    folder: Annotated[
        Path | None, typer.Option(metavar="PATH", help="A folder on the service's machine.")
    ] = None,
    manifest: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A CSV or JSON Lines file.")
    ] = None,
    s3: Annotated[
        str | None, typer.Option("--s3", metavar="PREFIX", help="What begins so in the bucket.")
    ] = None,
    zip_file: Annotated[
        Path | None, typer.Option("--zip", metavar="FILE", help="A ZIP file.")
    ] = None,
    records: Annotated[
        bool, typer.Option("--records", help="What is on record here, read again.")
    ] = False,
    pattern: Annotated[
        str | None, typer.Option(help="How names of files hold the id, as in '{id}_F.jpg'.")
    ] = None,
    mode: Annotated[
        ImportMode, typer.Option(help="missing: not on record; changed: other bytes; force: all.")
    ] = ImportMode.MISSING,
    since: Annotated[
        datetime | None,
        typer.Option(formats=_DATES, metavar="DATE", help="Only what is newer, or changed since."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most so many photos.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count, tell time and cost; index nothing.")
    ] = False,
    faces: Annotated[
        FacesRule, typer.Option(help="Of several faces: only one clearly largest, or the largest.")
    ] = FacesRule.DOMINANT,
    no_watch: Annotated[bool, typer.Option("--no-watch", help="Start it and go.")] = False,
    summary: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the summary to FILE; .json for programs."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Index all photos of a source, and watch; Ctrl-C leaves, the import goes on.

    Exit code: 0 all well, 1 photos failed, 3 paused by trouble, 4 cancelled, 2 an error.
    """
    check_writable(summary)
    paths = {
        SourceKind.FOLDER: folder,
        SourceKind.MANIFEST: manifest,
        SourceKind.ZIP: zip_file,
    }
    asked: dict[str, Any] = {
        "source": source_from(jms=jms, records=records, paths=paths, s3=s3, pattern=pattern),
        "mode": mode.value,
        "since": moment_of(since),
        "limit": limit,
        "dry_run": dry_run,
        "faces": faces.value,
    }
    with service(url, key) as client:
        imports = Imports(client)
        with progress("Looking at the source"):
            started = imports.start(asked)
        if not no_watch:
            follow(imports, started.import_id, Report(as_json, summary))
    if as_json:
        console.print_json(data=started.model_dump(mode="json"))
    else:
        tell(f"Import {started.import_id} runs; watch it: candid import watch {started.import_id}")
