"""Puts one model of the registry into the models directory: from its publisher, or from a file."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from filelock import FileLock

from adapters.face_engine.local.models.files import blocks_of, put_in_place, usable
from adapters.face_engine.local.models.install import install_models
from adapters.face_engine.local.models.known import KnownModel
from adapters.face_engine.local.models.licence import acceptance_of, record_acceptance
from adapters.face_engine.local.models.publisher import fetched, hash_of
from app.domain.errors import EngineMisconfiguredError

Progress = Callable[[str], None]


def is_installed(directory: Path, model: KnownModel) -> bool:
    """Whether the very file of the registry is in the directory; reads all of it."""
    with suppress(OSError):
        return hash_of(directory / model.file_name) == model.sha256
    return False


def install_known(
    directory: Path,
    model: KnownModel,
    source: Path | None,
    progress: Progress,
    *,
    accepts_licence: bool,
) -> Path:
    """Have the model's file, checked by its hash, and return it; at once when it is there.

    `source` is the file, or a directory that has it under its name, for a machine without internet.
    A model that needs a licence of the agency's own needs its word too, now or on record, also
    where the file is there already. Safe in several processes at once. Raises
    EngineMisconfiguredError.
    """
    target = directory / model.file_name
    with usable(target):
        is_new = model.needs_own_licence and acceptance_of(directory, model) is None
        if is_new and not accepts_licence:
            raise EngineMisconfiguredError(_unaccepted(model))
        if not is_installed(directory, model):
            _install(directory, model, source, progress)
        if is_new:
            progress(f"The word on its licence is kept in {record_acceptance(directory, model)}.")
    return target


def _unaccepted(model: KnownModel) -> str:
    return (
        f"{model.name} is licensed for {model.provenance.licence} ({model.licence_stated_at}). If "
        "your agency holds a licence that covers its use, say so by --accept-licence, which is "
        f"recorded: `candid models install {model.name} --accept-licence` (with --from FILE where "
        "the file is not here yet)."
    )


def _install(directory: Path, model: KnownModel, source: Path | None, progress: Progress) -> None:
    if model.published is None and source is None:
        install_models(directory, progress)
        return
    target = directory / model.file_name
    directory.mkdir(parents=True, exist_ok=True)
    with FileLock(directory / "install.lock"):
        if source is not None:
            _take(model, source, target)
        elif not is_installed(directory, model):
            _fetch(model, target, progress)


def _take(model: KnownModel, source: Path, target: Path) -> None:
    """Copy a file that the site brought; another one than the registry's is not taken."""
    file = source / model.file_name if source.is_dir() else source
    if not put_in_place(target, blocks_of(file), model.sha256):
        raise EngineMisconfiguredError(
            f"{file} is not the file of {model.name} (its SHA-256 is not {model.sha256}). A "
            "network of your own is named by CANDID_ENGINE__MODEL_PATH: `candid models check "
            f"{file}` says how."
        )


def _fetch(model: KnownModel, target: Path, progress: Progress) -> None:
    published = model.published
    if published is None or not published.addresses:
        raise EngineMisconfiguredError(
            f"{model.name} is not fetched: bring the file that your licence covers, and name it by "
            f"--from ({model.provenance.title}; SHA-256 {model.sha256})."
        )
    progress(f"Fetching {model.name} ({published.size / 1e6:.0f} MB)")
    fetched(published, model.sha256, target, progress)
