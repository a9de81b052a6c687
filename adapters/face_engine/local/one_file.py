"""Whether an ONNX file has all of its numbers in itself.

ONNX Runtime would read them from any file that a tensor names (`external_data` of onnx.proto), and
the hash of the ONNX file, which a model's version is made of, would tell nothing of them.
"""

from collections.abc import Iterator
from typing import Any

from app.domain.errors import EngineMisconfiguredError


class NoOnnxError(ValueError):
    """The bytes are no ONNX file; or protobuf, which says no more, had too little memory."""


def names_another_file(content: bytes) -> bool:
    """Say whether a tensor does: of the graph, a subgraph, a function, an attribute, a sparse one.

    Takes its size in memory once more. Raises NoOnnxError, MemoryError, and
    EngineMisconfiguredError where the package that reads such files does not load.
    """
    model_kind, tensor_kind = _onnx()
    try:
        model = model_kind.FromString(content)
    except MemoryError:
        raise
    except Exception as error:  # protobuf's DecodeError: nothing else is called here
        raise NoOnnxError(str(error)) from error
    tensors = _tensors(model, tensor_kind)
    return any(tensor.data_location == tensor_kind.EXTERNAL for tensor in tensors)


def _onnx() -> tuple[Any, Any]:
    """Return the kinds of a model and of a tensor."""
    try:
        from onnx import ModelProto, TensorProto  # noqa: PLC0415 (Candid's own networks need none)
    except MemoryError:
        raise
    except Exception as error:  # what its compiled parts raise has no common base
        raise EngineMisconfiguredError(
            "A face model of your own is looked at before it is loaded, and the package `onnx`, "
            f"which does that, cannot be imported: {error}. Install the locked versions of onnx "
            "and protobuf, or give each process more memory (CANDID_ENCODER__MEMORY_MB)."
        ) from error
    return ModelProto, TensorProto


def _tensors(model: Any, kind: type) -> Iterator[Any]:  # noqa: ANN401 (onnx has no types)
    """Yield the tensors of a message wherever they are, so that no new field is forgotten."""
    waiting = [model]
    while waiting:
        message = waiting.pop()
        if isinstance(message, kind):
            yield message
            continue
        for field, value in message.ListFields():
            if field.message_type is not None:
                waiting.extend([value] if hasattr(value, "ListFields") else value)
