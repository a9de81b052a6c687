"""Reads tensors and options of a TensorFlow Lite model; `tflite` is imported for converting only.

The sparse encoding is that of the TensorFlow Lite schema (`SparsityParameters`): dimensions in a
traversal order, each dense (a size) or compressed (segments and indices), blocks after the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import tflite

Values = npt.NDArray[np.generic]

_TYPES = {
    tflite.TensorType.FLOAT32: "<f4",
    tflite.TensorType.FLOAT16: "<f2",
    tflite.TensorType.INT32: "<i4",
}
_VECTORS = {
    tflite.SparseIndexVector.Int32Vector: tflite.Int32Vector,
    tflite.SparseIndexVector.Uint16Vector: tflite.Uint16Vector,
    tflite.SparseIndexVector.Uint8Vector: tflite.Uint8Vector,
}
_KINDS = {
    number: name for name, number in vars(tflite.BuiltinOperator).items() if isinstance(number, int)
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its kind and the numbers of its tensors."""

    kind: str
    inputs: tuple[int, ...]
    output: int
    options: Any  # a flatbuffers table, read through `TfliteFile.options`


class TfliteFile:
    """The one subgraph of a model."""

    def __init__(self, data: bytes) -> None:
        self._model = tflite.Model.GetRootAs(data, 0)
        self._graph = self._model.Subgraphs(0)
        self.input = int(self._graph.Inputs(0))
        self.outputs = [int(self._graph.Outputs(i)) for i in range(self._graph.OutputsLength())]

    def shape(self, tensor: int) -> tuple[int, ...]:
        """Return a tensor's shape, NHWC."""
        return tuple(int(side) for side in self._graph.Tensors(tensor).ShapeAsNumpy())

    def constant(self, tensor: int) -> Values:
        """Return the values of a constant tensor, dense."""
        described = self._graph.Tensors(tensor)
        data = self._model.Buffers(described.Buffer()).DataAsNumpy().tobytes()
        values = np.frombuffer(data, _TYPES[described.Type()])
        if described.Sparsity() is None:
            return values.reshape(self.shape(tensor))
        return _dense(values, described.Sparsity(), self.shape(tensor))

    def operations(self) -> Iterator[Operation]:
        """Yield the operations in the order of the computation."""
        for index in range(self._graph.OperatorsLength()):
            operator = self._graph.Operators(index)
            code = self._model.OperatorCodes(operator.OpcodeIndex())
            kind = _KINDS[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())]
            inputs = tuple(int(operator.Inputs(i)) for i in range(operator.InputsLength()))
            yield Operation(kind, inputs, int(operator.Outputs(0)), operator.BuiltinOptions())


def _dense(values: Values, sparsity: Any, shape: tuple[int, ...]) -> Values:  # noqa: ANN401  # flatbuffers tables have no types
    order = [int(axis) for axis in sparsity.TraversalOrderAsNumpy()]
    blocked = (
        [int(axis) for axis in sparsity.BlockMapAsNumpy()] if sparsity.BlockMapLength() else []
    )
    levels = [sparsity.DimMetadata(i) for i in range(sparsity.DimMetadataLength())]
    sizes = [int(level.DenseSize()) for level in levels[len(shape) :]]
    dense = np.zeros(shape, values.dtype)
    for value, path in enumerate(_paths(levels)):
        place = [0] * len(shape)
        for axis, index in zip(order, path, strict=False):
            place[axis] = index
        for axis, size, index in zip(blocked, sizes, path[len(shape) :], strict=True):
            place[axis] = place[axis] * size + index
        dense[tuple(place)] = values[value]
    return dense


def _paths(levels: list[Any]) -> list[tuple[int, ...]]:
    """Return the index path of each stored value, in the order they are stored."""
    paths: list[tuple[int, ...]] = [()]
    steps: list[Sequence[int]]
    for level in levels:
        if level.Format() == tflite.DimensionType.DENSE:
            steps = [range(level.DenseSize())] * len(paths)
        else:
            starts = _vector(level.ArraySegmentsType(), level.ArraySegments())
            indices = _vector(level.ArrayIndicesType(), level.ArrayIndices())
            steps = [indices[start:stop] for start, stop in pairwise(starts)]
        paths = [(*path, i) for path, step in zip(paths, steps, strict=True) for i in step]
    return paths


def _vector(kind: int, table: Any) -> list[int]:  # noqa: ANN401  # flatbuffers tables have no types
    vector = _VECTORS[kind]()
    vector.Init(table.Bytes, table.Pos)
    return [int(value) for value in vector.ValuesAsNumpy()]
