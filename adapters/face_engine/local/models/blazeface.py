"""Writes the BlazeFace detectors as ONNX: TensorFlow Lite's NHWC graph becomes NCHW."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tflite

from adapters.face_engine.local.models.onnx_graph import OnnxGraph
from adapters.face_engine.local.models.tflite_file import Operation, TfliteFile, Values

_AXIS_NCHW = {0: 0, 1: 2, 2: 3, 3: 1}
_BOX_VALUES = 16  # centre, size and six points


class _Writer:
    def __init__(self, source: TfliteFile) -> None:
        self.source = source
        self.graph = OnnxGraph("blazeface")
        half = np.full(3, 127.5, np.float32)
        self.names = {source.input: self.graph.pixels("pixels", half, 1 / 127.5)}
        self.constants: dict[int, Values] = {}

    def constant(self, tensor: int) -> Values:
        if tensor in self.constants:
            return self.constants[tensor]
        return self.source.constant(tensor)

    def name(self, operation: Operation, index: int = 0) -> str:
        return self.names[operation.inputs[index]]

    def activated(self, name: str, function: int) -> str:
        if function == tflite.ActivationFunctionType.NONE:
            return name
        if function == tflite.ActivationFunctionType.RELU:
            return self.graph.node("Relu", [name])
        raise ValueError(f"Activation function {function} is not known here.")

    def pads(self, operation: Operation, options: Any, kernel: tuple[int, int]) -> list[int]:  # noqa: ANN401  # flatbuffers
        """TensorFlow's SAME padding: what is missing, the odd pixel at the end."""
        if options.Padding() == tflite.Padding.VALID:
            return [0, 0, 0, 0]
        before, after = self.source.shape(operation.inputs[0]), self.source.shape(operation.output)
        strides = options.StrideH(), options.StrideW()
        total = [
            max((after[axis + 1] - 1) * strides[axis] + kernel[axis] - before[axis + 1], 0)
            for axis in (0, 1)
        ]
        start = [missing // 2 for missing in total]
        return [*start, total[0] - start[0], total[1] - start[1]]


def _options(operation: Operation, table: type[Any]) -> Any:  # noqa: ANN401  # flatbuffers tables have no types
    options = table()
    options.Init(operation.options.Bytes, operation.options.Pos)
    return options


def _convolution(writer: _Writer, operation: Operation) -> str:
    depthwise = operation.kind == "DEPTHWISE_CONV_2D"
    table = tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions
    options = _options(operation, table)
    weights = writer.constant(operation.inputs[1]).astype(np.float32)
    kernel = weights.shape[1], weights.shape[2]
    turned = weights.transpose(3, 0, 1, 2) if depthwise else weights.transpose(0, 3, 1, 2)
    bias = writer.constant(operation.inputs[2]).astype(np.float32)
    name = writer.graph.node(
        "Conv",
        [writer.name(operation), writer.graph.constant(turned), writer.graph.constant(bias)],
        kernel_shape=list(kernel),
        strides=[options.StrideH(), options.StrideW()],
        pads=writer.pads(operation, options, kernel),
        group=writer.source.shape(operation.inputs[0])[3] if depthwise else 1,
    )
    return writer.activated(name, options.FusedActivationFunction())


def _add(writer: _Writer, operation: Operation) -> str:
    name = writer.graph.node("Add", [writer.name(operation), writer.name(operation, 1)])
    return writer.activated(name, _options(operation, tflite.AddOptions).FusedActivationFunction())


def _max_pool(writer: _Writer, operation: Operation) -> str:
    options = _options(operation, tflite.Pool2DOptions)
    kernel = options.FilterHeight(), options.FilterWidth()
    return writer.graph.node(
        "MaxPool",
        [writer.name(operation)],
        kernel_shape=list(kernel),
        strides=[options.StrideH(), options.StrideW()],
        pads=writer.pads(operation, options, kernel),
    )


def _pad(writer: _Writer, operation: Operation) -> str:
    ends = writer.constant(operation.inputs[1])[[0, 3, 1, 2]].T.ravel().astype(np.int64)
    return writer.graph.node("Pad", [writer.name(operation), writer.graph.constant(ends)])


def _resize(writer: _Writer, operation: Operation) -> str:
    options = _options(operation, tflite.ResizeBilinearOptions)
    batch, height, width, channels = writer.source.shape(operation.output)
    size = writer.graph.constant(np.array([batch, channels, height, width], np.int64))
    mode = "half_pixel" if options.HalfPixelCenters() else "asymmetric"
    return writer.graph.node(
        "Resize",
        [writer.name(operation), "", "", size],
        mode="linear",
        coordinate_transformation_mode=mode,
    )


def _depth_to_space(writer: _Writer, operation: Operation) -> str:
    size = _options(operation, tflite.DepthToSpaceOptions).BlockSize()
    return writer.graph.node("DepthToSpace", [writer.name(operation)], blocksize=size, mode="DCR")


def _reshape(writer: _Writer, operation: Operation) -> str:
    rows = writer.graph.node("Transpose", [writer.name(operation)], perm=[0, 2, 3, 1])
    shape = np.array(writer.source.shape(operation.output), np.int64)
    return writer.graph.node("Reshape", [rows, writer.graph.constant(shape)])


def _concatenation(writer: _Writer, operation: Operation) -> str:
    axis = int(_options(operation, tflite.ConcatenationOptions).Axis())
    images = len(writer.source.shape(operation.output)) == len(_AXIS_NCHW)
    names = [writer.names[tensor] for tensor in operation.inputs]
    return writer.graph.node("Concat", names, axis=_AXIS_NCHW[axis % 4] if images else axis)


_OPERATIONS: dict[str, Callable[[_Writer, Operation], str]] = {
    "CONV_2D": _convolution,
    "DEPTHWISE_CONV_2D": _convolution,
    "ADD": _add,
    "MAX_POOL_2D": _max_pool,
    "PAD": _pad,
    "RESIZE_BILINEAR": _resize,
    "DEPTH_TO_SPACE": _depth_to_space,
    "RESHAPE": _reshape,
    "CONCATENATION": _concatenation,
    "RELU": lambda writer, operation: writer.graph.node("Relu", [writer.name(operation)]),
}


def blazeface_onnx(data: bytes) -> bytes:
    """Convert the `.tflite`; in: uint8 RGB [1, n, n, 3], out: `boxes` [1, a, 16], `scores`."""
    source = TfliteFile(data)
    writer = _Writer(source)
    for operation in source.operations():
        if operation.kind in {"DEQUANTIZE", "DENSIFY"}:
            writer.constants[operation.output] = writer.constant(operation.inputs[0])
        else:
            writer.names[operation.output] = _OPERATIONS[operation.kind](writer, operation)
    outputs = {}
    for tensor in source.outputs:
        shape = source.shape(tensor)
        name = "boxes" if shape[-1] == _BOX_VALUES else "scores"
        outputs[name] = shape
        writer.graph.node("Identity", [writer.names[tensor]], name)
    return writer.graph.model(source.shape(source.input), outputs)
