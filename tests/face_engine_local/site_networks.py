"""Networks of a site's own, made for tests."""

from pathlib import Path

import numpy as np
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
