"""Holds every process to the very networks that the service started with."""

from collections.abc import Mapping
from dataclasses import replace

from adapters.face_engine.local.models import WEIGHTS
from adapters.face_engine.local.models.publisher import hash_of
from adapters.face_engine.local.reading import SiteNetwork
from app.domain.errors import EngineMisconfiguredError


def pinned(site: SiteNetwork) -> SiteNetwork:
    """Return a site's network with the SHA-256 that its file has now, unless it has one already.

    A process that replaces another later, and finds other bytes there, refuses to start: templates
    of two networks would lie under one name. Raises EngineMisconfiguredError when the file cannot
    be read.
    """
    if site.sha256 is not None:
        return site
    try:
        return replace(site, sha256=hash_of(site.path))
    except OSError as error:
        why = error.strerror or error
        raise EngineMisconfiguredError(
            f"The face model {site.path} cannot be loaded: {why}."
        ) from error


def shipped_weights() -> Mapping[str, str]:
    """Return the SHA-256 of each network that comes with Candid, as this code pins it."""
    return {network.value: weights.onnx_sha256 for network, weights in WEIGHTS.items()}


def check_shipped_weights(of_the_service: Mapping[str, str] | None) -> None:
    """Raise EngineMisconfiguredError where this process runs other detectors than the service.

    None is a service whose code is older than this check.
    """
    if of_the_service != shipped_weights():
        raise EngineMisconfiguredError(
            "Candid was updated while its service runs, and its networks with it: restart the "
            "service, so that no template is made by other networks than its name says."
        )
