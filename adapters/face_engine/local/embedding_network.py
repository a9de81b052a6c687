"""An ONNX network that was not made here: what it must take and give, checked before it is used."""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np
import numpy.typing as npt
import onnxruntime

from adapters.face_engine.local.one_file import NoOnnxError, names_another_file
from adapters.face_engine.local.reading import Runtime, SiteNetwork
from adapters.face_engine.local.sessions import session_of
from app.domain.errors import EngineMisconfiguredError

Floats = npt.NDArray[np.float32]

SIDE = 112
"""Pixels of the aligned face that ArcFace and the networks after it take."""
_DIMENSIONS = range(16, 4097)
"""Numbers of an embedding: fewer are a class or a score, more are a picture."""
_ANOTHER_NAMED = "is damaged, or another file than its name says"
_ANOTHER = (
    "is another file than it was when the service started, and templates of two networks would lie "
    "under one name; put the file back, or restart every process: another network is gone to by "
    "CANDID_ENGINE__NEXT__*"
)
_OTHER_FORMAT = "is in ONNX Runtime's own format, which is not taken: export it as ONNX"
_OTHER_FORMAT_SAYS = b"ORTM"  # at its fifth byte, as the identifier of a flatbuffer
_NO_ONNX = (
    "cannot be loaded: it is no ONNX file, or one that takes more memory than a process has "
    "(CANDID_ENCODER__MEMORY_MB)"
)
_MORE_MEMORY = " It needs more memory than a process has: CANDID_ENCODER__MEMORY_MB."
_NO_MEMORY = ("bad_alloc", "Failed to allocate memory")
"""What onnxruntime says of memory that it did not get, in exceptions of many kinds."""


class EmbeddingNetwork:
    """Takes aligned faces as float32 [N, 3, 112, 112], gives float32 [N, dimensions]."""

    def __init__(self, site: SiteNetwork, runtime: Runtime) -> None:
        """Load the file, of the bytes that are pinned, and run it once.

        Raises EngineMisconfiguredError, which says what is wrong with the file, and MemoryError.
        """
        self._site = site
        content = self._read()
        self._sum = sha256(content)
        self._check_that_it_is_meant()
        self._check_that_it_is_whole(content)
        try:
            self._session = session_of(content, runtime)
        except (EngineMisconfiguredError, MemoryError):
            raise
        except Exception as error:  # onnxruntime's exceptions have no common base
            if _is_of_other_format(content):
                raise self._refused(_OTHER_FORMAT) from error
            raise self._refused(f"cannot be loaded: {error}", _advice(error)) from error
        self._input, self._one_at_a_time = self._checked_input()
        self._output: str = self._session.get_outputs()[0].name
        self.dimensions = self._checked_dimensions()

    def embeddings(self, faces: Floats) -> Floats:
        """Return the embedding of each face, as the network gives it: of any length.

        Raises EngineMisconfiguredError when it has other dimensions than the first one.
        """
        found = self._run(faces)
        for one in found:
            if one.shape[1] != self.dimensions:
                raise self._refused(
                    f"gives {one.shape[1]} numbers for one face and {self.dimensions} for another: "
                    "such templates cannot be compared, and it is no network that tells faces apart"
                )
        return np.concatenate(found)

    def _run(self, faces: Floats) -> Sequence[Floats]:
        """Return what the network gives, by batch, [faces, numbers]."""
        batches = [faces[i : i + 1] for i in range(len(faces))] if self._one_at_a_time else [faces]
        return [self._of_batch(batch) for batch in batches]

    def _of_batch(self, batch: Floats) -> Floats:
        found: Floats = self._session.run((self._output,), {self._input: batch})[0]
        if len(batch) > 1 and found.shape[:1] != (len(batch),):
            raise self._refused(
                f"gives {list(found.shape)} for {len(batch)} faces, not one embedding a face; "
                "export it for one face at a time, [1, 3, 112, 112]"
            )
        return found.reshape(len(batch), -1)

    def digest_with(self, settings: bytes) -> bytes:
        """Return the SHA-256 of the very bytes that were loaded, with settings after them."""
        summed = self._sum.copy()
        summed.update(settings)
        return summed.digest()

    @property
    def takes_one_at_a_time(self) -> bool:
        """Whether the file fixes its batch to one face."""
        return self._one_at_a_time

    def _read(self) -> bytes:
        try:
            return self._site.path.read_bytes()
        except OSError as error:
            raise self._refused(f"cannot be loaded: {error.strerror or error}") from error

    def _check_that_it_is_meant(self) -> None:
        if self._site.sha256 not in {None, self._sum.hexdigest()}:
            raise self._refused(_ANOTHER_NAMED if self._site.by_name else _ANOTHER)

    def _check_that_it_is_whole(self, content: bytes) -> None:
        try:
            is_parted = names_another_file(content)
        except NoOnnxError as error:
            why = _OTHER_FORMAT if _is_of_other_format(content) else _NO_ONNX
            raise self._refused(why) from error
        if is_parted:
            raise self._refused(
                "has its weights in a file of their own, of which its model version would tell "
                "nothing; save it as one file (onnx.save with save_as_external_data=False)"
            )

    def _checked_input(self) -> tuple[str, bool]:
        """Return the input's name, and whether it takes one face at a time."""
        inputs: Sequence[onnxruntime.NodeArg] = self._session.get_inputs()
        if len(inputs) != 1:
            raise self._refused(f"takes {len(inputs)} inputs, not one picture")
        shape, kind = list(inputs[0].shape), str(inputs[0].type)
        wanted = [3, SIDE, SIDE]
        if _fits(shape, ["N", SIDE, SIDE, 3]) and not _fits(shape, ["N", *wanted]):
            raise self._refused(
                f"takes {shape}, the channels last; export it with the channels first, "
                "[N, 3, 112, 112]"
            )
        if not _fits(shape, ["N", *wanted]):
            raise self._refused(f"takes {shape}, not [N, 3, 112, 112]")
        if kind != "tensor(float)":
            raise self._refused(f"takes {kind}, not float32: export it with a float32 input")
        batch = shape[0]
        if isinstance(batch, int) and batch != 1:
            raise self._refused(
                f"takes {batch} faces at a time, no more and no fewer; export it for one, or with "
                "a free batch dimension"
            )
        return inputs[0].name, batch == 1

    def _checked_dimensions(self) -> int:
        blank = np.zeros((2, 3, SIDE, SIDE), np.float32)
        try:
            found = self._run(blank)[0]
        except (EngineMisconfiguredError, MemoryError):
            raise
        except Exception as error:  # onnxruntime's exceptions have no common base
            raise self._refused(f"does not run: {error}", _advice(error)) from error
        if found.dtype != np.float32:
            raise self._refused(f"gives {found.dtype}, not float32")
        if found.shape[1] not in _DIMENSIONS:
            raise self._refused(
                f"gives {found.shape[1]} numbers a face as its first output, which is no "
                f"embedding ({_DIMENSIONS.start} to {_DIMENSIONS.stop - 1} are)"
            )
        return int(found.shape[1])

    def _refused(self, why: str, advice: str = "") -> EngineMisconfiguredError:
        fetch = f" Run `candid models install {self._site.name}`." if self._site.by_name else ""
        return EngineMisconfiguredError(f"The face model {self._site.path} {why}.{advice}{fetch}")


def _is_of_other_format(content: bytes) -> bool:
    """Whether a file that is no ONNX network says that it is of ONNX Runtime's own format."""
    return content[4:8] == _OTHER_FORMAT_SAYS


def _advice(error: Exception) -> str:
    return _MORE_MEMORY if any(said in str(error) for said in _NO_MEMORY) else ""


def _fits(shape: Sequence[int | str | None], wanted: Sequence[int | str]) -> bool:
    """Whether a shape can be the wanted one; a dimension with a name, or none, can be any."""
    if len(shape) != len(wanted):
        return False
    return all(
        not isinstance(has, int) or not isinstance(wants, int) or has == wants
        for has, wants in zip(shape, wanted, strict=True)
    )
