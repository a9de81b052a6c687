"""`candid demo`: from nothing to a running service with sample bookings and one search."""

import hashlib
import time
from pathlib import Path
from typing import Annotated

import httpx
import platformdirs
import typer
from rich.progress import track

from app.cli.client import address_of, answered, photo_of
from app.cli.console import CommandError, console, tell, told
from app.cli.search import show
from app.cli.serve import run, served
from app.logs import configure_logs
from app.settings import FileJmsSettings, Settings
from app.wiring.first_key import first_key_of
from app.wiring.material import DemoMaterial, demo_material
from app.wiring.models import install_what_is_named
from app.wiring.tls import client_tls_of

_SECONDS = 60.0


def demo(
    photos: Annotated[
        Path | None,
        typer.Option(help="Your own photos: one folder a person, or a CSV of image and person."),
    ] = None,
) -> None:
    """Index sample bookings, search one probe, print the answer, and go on serving."""
    asked = Settings.read()
    given = asked.model_fields_set
    data_dir = asked.data_dir if "data_dir" in given else _data_dir(photos)
    tell(install_what_is_named(asked, tell))
    material = demo_material(data_dir / "demo", photos, tell)
    settings = Settings.read(
        data_dir=data_dir,
        jms=FileJmsSettings(kind="file", path=material.bookings),
        sample_probe=material.probe,
        log_level=asked.log_level if "log_level" in given else "warning",
    )
    configure_logs(settings.log_level)
    run(served(settings, lambda: _show(settings, material)))


def _data_dir(photos: Path | None) -> Path:
    """Return a place of its own for each set of photos: their galleries and bookings never mix."""
    if photos is None:
        return platformdirs.user_data_path("candid-demo")
    digest = hashlib.sha256(str(photos.resolve()).encode()).hexdigest()[:12]
    return platformdirs.user_data_path(f"candid-demo-{digest}")


async def _show(settings: Settings, material: DemoMaterial) -> None:
    url = address_of(settings)
    key = first_key_of(settings)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    async with httpx.AsyncClient(
        base_url=url, headers=headers, timeout=_SECONDS, verify=client_tls_of(settings)
    ) as client:
        await _index(client, material)
        await _search(client, material)
    fields = "-F photo=@" + str(material.probe)
    if settings.authentication:
        fields = f'-H "Authorization: Bearer $KEY" {fields} -F purpose=training_test'
    tell(f"\nThe same by hand:   curl {fields} {url}/search")
    tell(f"The page:           {url}/")
    tell(f"Docs page:          {url}/docs   (it links the sample probe)")
    tell("Candid is running. Ctrl-C ends it.")


async def _index(client: httpx.AsyncClient, material: DemoMaterial) -> None:
    started = time.perf_counter()
    outcomes: list[str] = []
    for external_image_id, path in track(
        material.portraits, "Indexing", console=told, transient=True
    ):
        photo = photo_of(path)
        outcomes.append(await _outcome(client, external_image_id, photo))
    counts = ", ".join(f"{outcomes.count(one)} {one}" for one in sorted(set(outcomes)))
    tell(f"Indexed {len(outcomes)} portraits in {time.perf_counter() - started:.1f} s: {counts}.")


async def _outcome(client: httpx.AsyncClient, external_image_id: str, photo: bytes) -> str:
    """Index one portrait; a photo at fault is told and costs nothing but itself."""
    form = {"external_image_id": external_image_id}
    response = await client.post("/index", data=form, files={"photo": photo})
    if response.is_client_error:
        refusal = response.json()
        tell(f"  {external_image_id}: {refusal['detail']}")
        return f"refused ({refusal['code']})"
    return str(answered(response)["outcome"])


async def _search(client: httpx.AsyncClient, material: DemoMaterial) -> None:
    files = {"photo": material.probe.read_bytes()}
    form = {"purpose": "training_test", "requested_by": "demo"}
    try:
        answer = answered(await client.post("/search", data=form, files=files))
    except CommandError as error:
        raise CommandError(f"The probe {material.probe.name} was refused: {error}") from error
    tell(f"\nPOST /search with {material.probe.name} answered:")
    show(answer)
    if answer["candidates"]:
        tell("The first candidate as the API gives it:")
        console.print_json(data=answer["candidates"][0])
