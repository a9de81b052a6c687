"""Networks of a site's own, made for tests."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import helper, numpy_helper


def network(path: Path, batch: int | str = "N", side: int = 112, seed: int = 1) -> Path:
    """A network of fixed random numbers: a coarse picture of the chip in 64 values."""
    weights = np.random.default_rng(seed).normal(size=(16, 3, 8, 8)).astype(np.float32)
    tensor = helper.make_tensor_value_info
    graph = helper.make_graph(
        [
            helper.make_node("Conv", ["chip", "weights"], ["cells"], strides=[8, 8]),
            helper.make_node("MaxPool", ["cells"], ["few"], kernel_shape=[7, 7], strides=[7, 7]),
            helper.make_node("Flatten", ["few"], ["vector"]),
        ],
        "random",
        [tensor("chip", onnx.TensorProto.FLOAT, [batch, 3, side, side])],
        [tensor("vector", onnx.TensorProto.FLOAT, [batch, 64 if side == 112 else "D"])],
        [numpy_helper.from_array(weights, "weights")],
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), path)
    return path


def saved(
    path: Path,
    nodes: list[onnx.NodeProto],
    takes: list[onnx.ValueInfoProto],
    gives: list[onnx.ValueInfoProto],
    constants: Mapping[str, npt.ArrayLike] | None = None,
) -> Path:
    """Write a network without weights."""
    opset = [helper.make_opsetid("", 17)]
    held = [numpy_helper.from_array(np.asarray(c), name) for name, c in (constants or {}).items()]
    graph = helper.make_graph(nodes, "odd", takes, gives, held)
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), path)
    return path


def mean_of_pixels(
    path: Path, shape: list[int | str], kind: int = onnx.TensorProto.FLOAT, axes: int = 1
) -> Path:
    """A network that gives the means of its picture over what is behind the first axes."""
    tensor = helper.make_tensor_value_info
    casts = helper.make_node("Cast", ["chip"], ["numbers"], to=onnx.TensorProto.FLOAT)
    means = helper.make_node(
        "ReduceMean", ["numbers"], ["vector"], axes=[*range(axes, len(shape))], keepdims=0
    )
    takes = [tensor("chip", kind, shape)]
    return saved(path, [casts, means], takes, [tensor("vector", onnx.TensorProto.FLOAT, None)])
