"""What runs inside an encoder process: the networks, loaded once, and one photo at a time."""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import installed_models
from adapters.face_engine.local.pinning import check_shipped_weights
from adapters.face_engine.local.reading import Runtime, SiteNetwork, packed
from adapters.pixels import rehearse_reading
from app.domain.errors import FaceIndexError

Answer = tuple[dict[str, Any], bytes]


def load(request: dict[str, Any], _: bytes) -> Answer:
    """Load the networks, run them once, and say what they are."""
    rehearse_reading()
    encoder = encoder_of(request)
    grey = BytesIO()
    Image.new("RGB", (480, 600), (128, 128, 128)).save(grey, "JPEG")
    encoder.read(grey.getvalue(), "search")
    facts = {"model": encoder.model, "dimensions": encoder.dimensions}
    return {**facts, "site": request["site"] is not None}, b""


def load_all(request: dict[str, Any], _: bytes) -> Answer:
    """Load several sets of networks: photos are read with each of them during a change.

    Raises EngineMisconfiguredError when they are not those that the service has.
    """
    check_shipped_weights(request.get("weights"))  # an earlier service names none
    for encoder in request["encoders"]:
        load(encoder, b"")
    return {}, b""


def read(request: dict[str, Any], photo: bytes) -> Answer:
    """Read one photo for a purpose; a face that does not exist is left to the caller to refuse."""
    encoder = encoder_of(request["encoder"])
    try:
        return packed(encoder.read(photo, request["purpose"], request["face"]))
    except FaceIndexError:
        return packed(encoder.read(photo, "detect"))


def encoder_of(request: dict[str, Any]) -> Encoder:
    """Return the encoder that a request names, loaded the first time; raises what it raises."""
    site = tuple(request["site"].items()) if request["site"] else None
    runtime = Runtime(*request["runtime"])
    return _encoder(request["directory"], site, request["limit_megapixels"], runtime)


@cache
def _encoder(
    directory: str,
    site: tuple[tuple[str, Any], ...] | None,
    limit_megapixels: float,
    runtime: Runtime,
) -> Encoder:
    files = installed_models(Path(directory))
    given = dict(site or ())
    own = SiteNetwork(**{**given, "path": Path(given["path"])}) if given else None
    return Encoder(files, own, limit_megapixels, runtime)
