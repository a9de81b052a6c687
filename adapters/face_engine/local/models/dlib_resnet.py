"""Writes dlib's face recognition ResNet (`anet_type` in dlib's examples) as ONNX."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from adapters.face_engine.local.models.dlib_file import Layer, layers
from adapters.face_engine.local.models.onnx_graph import OnnxGraph

CHIP = 150
MEAN_RGB = np.array([122.782, 117.001, 104.298], np.float32)
"""dlib's `input_rgb_image_sized`: it subtracts these and divides by 256."""


@dataclass(frozen=True, slots=True)
class _Value:
    name: str
    channels: int
    side: int


class _Writer:
    def __init__(self, network: Iterable[Layer]) -> None:
        self.left = deque(network)
        self.graph = OnnxGraph("dlib_resnet")

    def take(self, kind: str) -> Layer:
        layer = self.left.popleft()
        if layer.kind != kind:
            raise ValueError(f"Expected a {kind} layer, found {layer.kind}.")
        return layer

    def convolution(self, value: _Value) -> _Value:
        """A convolution with the affine layer after it folded in."""
        layer = self.take("con")
        filters, height, width, stride, _, pad, _ = layer.fields
        gamma, beta = np.split(self.take("affine").values, 2)
        count = filters * value.channels * height * width
        weights = layer.values[:count].reshape(filters, value.channels, height, width)
        bias = layer.values[count:] * gamma + beta
        folded = [weights * gamma[:, None, None, None], bias]
        name = self.graph.node(
            "Conv",
            [value.name, *(self.graph.constant(values) for values in folded)],
            kernel_shape=[height, width],
            strides=[stride, stride],
            pads=[pad] * 4,
        )
        return _Value(name, filters, (value.side + 2 * pad - height) // stride + 1)

    def relu(self, value: _Value) -> _Value:
        self.take("relu")
        return _Value(self.graph.node("Relu", [value.name]), value.channels, value.side)

    def pool(self, kind: str, value: _Value) -> _Value:
        size = self.take(kind).fields[0]
        name = self.graph.node(
            {"max_pool": "MaxPool", "avg_pool": "AveragePool"}[kind],
            [value.name],
            kernel_shape=[size, size],
            strides=[2, 2],
        )
        return _Value(name, value.channels, (value.side - size) // 2 + 1)

    def padded(self, value: _Value, channels: int, side: int) -> str:
        """What dlib's `add_prev` does to the smaller operand: zeros at the ends."""
        if (value.channels, value.side) == (channels, side):
            return value.name
        more = side - value.side
        ends = np.array([0, 0, 0, 0, 0, channels - value.channels, more, more], np.int64)
        return self.graph.node("Pad", [value.name, self.graph.constant(ends)])

    def block(self, value: _Value) -> _Value:
        """One residual block; where it shrinks, the short cut is averaged down."""
        deep = self.convolution(self.relu(self.convolution(value)))
        short = self.pool("avg_pool", value) if self.left[0].kind == "avg_pool" else value
        self.take("add_prev")
        channels = max(deep.channels, short.channels)
        side = max(deep.side, short.side)
        operands = [self.padded(one, channels, side) for one in (deep, short)]
        return self.relu(_Value(self.graph.node("Add", operands), channels, side))


def resnet_onnx(data: bytes) -> bytes:
    """Convert the `.dat`; in: uint8 RGB [N, 150, 150, 3], out: `embedding` [N, 128]."""
    writer = _Writer(layers(data))
    pixels = writer.graph.pixels("pixels", MEAN_RGB, 1 / 256)
    value = writer.pool("max_pool", writer.relu(writer.convolution(_Value(pixels, 3, CHIP))))
    while writer.left[0].kind == "con":
        value = writer.block(value)
    writer.take("avg_pool")
    flat = writer.graph.node("Flatten", [writer.graph.node("GlobalAveragePool", [value.name])])
    last = writer.take("fc")
    weights = last.values.reshape(value.channels, last.fields[0])
    writer.graph.node("MatMul", [flat, writer.graph.constant(weights)], "embedding")
    return writer.graph.model(["N", CHIP, CHIP, 3], {"embedding": ["N", last.fields[0]]})
