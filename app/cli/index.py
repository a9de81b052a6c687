"""`candid index`."""

from pathlib import Path
from typing import Annotated

import typer

from app.cli.client import answered, photo_of, service
from app.cli.console import console, progress
from app.domain.photo import View


def index(  # noqa: PLR0913 - one parameter an option
    photo: Path,
    external_image_id: Annotated[
        str | None, typer.Option("--id", help="Joins photo, face and booking; the file's stem.")
    ] = None,
    view: View = View.FRONT,
    face: Annotated[
        int | None, typer.Option(help="Which of several faces is meant, largest first, from 0.")
    ] = None,
    *,
    restore: Annotated[bool, typer.Option("--restore", help="Index a removed id again.")] = False,
    url: str | None = None,
    key: str | None = None,
) -> None:
    """Make a booking photo's face searchable."""
    fields = {
        "external_image_id": external_image_id or photo.stem,
        "view": view.value,
        "face": None if face is None else str(face),
        "restore": str(restore).lower(),
    }
    form = {name: value for name, value in fields.items() if value is not None}
    with service(url, key) as client, progress(f"Indexing {photo.name}"):
        answer = answered(client.post("/index", data=form, files={"photo": photo_of(photo)}))
    faces = ", ".join(one["face_id"] for one in answer["faces"]) or answer["reason"]
    console.print(f"{answer['external_image_id']}: {answer['outcome']} ({faces})", markup=False)
