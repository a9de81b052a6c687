"""Collects the nodes of an ONNX graph; `onnx` is imported only while weights are converted."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper

Attribute = int | str | Sequence[int]

OPSET = 17
IR_VERSION = 8
"""Fixed, so that the same weights give the same bytes under every version of `onnx`."""


class OnnxGraph:
    """A graph under construction, its values numbered in the order of their making."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def node(
        self, kind: str, inputs: Sequence[str], output: str | None = None, **attributes: Attribute
    ) -> str:
        """Add an operation; returns the name of its one output."""
        name = output or f"v{len(self._nodes)}"
        made = helper.make_node(kind, list(inputs), [name])
        made.attribute.extend(
            helper.make_attribute(key, value) for key, value in sorted(attributes.items())
        )
        self._nodes.append(made)
        return name

    def constant(self, values: npt.NDArray[np.generic]) -> str:
        """Add a constant tensor; returns its name."""
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def pixels(self, name: str, offset: npt.NDArray[np.float32], scale: float) -> str:
        """Turn uint8 NHWC pixels into float32 NCHW: (pixel - offset) * scale."""
        cast = self.node("Cast", [name], to=onnx.TensorProto.FLOAT)
        planes = self.node("Transpose", [cast], perm=[0, 3, 1, 2])
        centred = self.node("Sub", [planes, self.constant(offset.reshape(1, -1, 1, 1))])
        return self.node("Mul", [centred, self.constant(np.array(scale, np.float32))])

    def model(
        self, pixels: Sequence[int | str], outputs: Mapping[str, Sequence[int | str]]
    ) -> bytes:
        """Return the checked model: uint8 `pixels` in, float32 `outputs` out, by shape."""
        tensor = helper.make_tensor_value_info
        graph = helper.make_graph(
            self._nodes,
            self._name,
            [tensor("pixels", onnx.TensorProto.UINT8, list(pixels))],
            [tensor(name, onnx.TensorProto.FLOAT, list(s)) for name, s in outputs.items()],
            self._constants,
        )
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        return bytes(model.SerializeToString(deterministic=True))
