import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Literal, get_args

import numpy as np
import onnx
import pytest
from onnx import helper
from onnxruntime import InferenceSession, get_available_providers
from typing_extensions import override

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.models import WEIGHTS, ModelFiles, Network
from adapters.face_engine.local.one_file import names_another_file
from adapters.face_engine.local.reading import Provider, Runtime, SiteNetwork
from adapters.face_engine.local.recognition import told_of_detectors
from app.domain.errors import EngineMisconfiguredError
from tests.face_engine_local.pictures import likeness
from tests.face_engine_local.site_networks import mean_of_pixels, network, saved


def test_a_sites_own_network_makes_the_templates(
    model_files: ModelFiles, portrait: bytes, tmp_path: Path
) -> None:
    site = SiteNetwork(network(tmp_path / "own.onnx"), "county-net")

    encoder = Encoder(model_files, site)
    reading = encoder.read(portrait, "enrol")

    assert encoder.model == "county-net+blazeface/1-37546ed2"  # galleries are of it: it stays
    assert encoder.dimensions == 64
    assert reading.template is not None
    assert len(reading.template) == 128


def test_a_network_for_one_face_at_a_time_gives_the_same(
    model_files: ModelFiles, portrait: bytes, tmp_path: Path
) -> None:
    sites = [SiteNetwork(network(tmp_path / f"{n}.onnx", n), "county-net") for n in ("N", 1)]

    one, other = (Encoder(model_files, site).read(portrait, "enrol").template for site in sites)

    assert likeness(one, other) == pytest.approx(1, abs=0.002)


def test_channel_order_and_scale_are_the_sites(
    model_files: ModelFiles, portrait: bytes, tmp_path: Path
) -> None:
    path = network(tmp_path / "own.onnx")

    encoders = [
        Encoder(model_files, SiteNetwork(path, "county-net")),
        Encoder(model_files, SiteNetwork(path, "county-net", channels="BGR")),
        Encoder(model_files, SiteNetwork(path, "county-net", mean=0, scale=1)),
    ]
    templates = {encoder.read(portrait, "enrol").template for encoder in encoders}

    assert len(templates) == 3
    assert len({encoder.model for encoder in encoders}) == 3


def test_a_network_of_another_size_is_refused(model_files: ModelFiles, tmp_path: Path) -> None:
    site = SiteNetwork(network(tmp_path / "own.onnx", side=160), "county-net")

    with pytest.raises(EngineMisconfiguredError, match=r"not \[N, 3, 112, 112\]"):
        Encoder(model_files, site)


def test_weights_in_a_file_of_their_own_are_refused(
    model_files: ModelFiles, tmp_path: Path
) -> None:
    whole = onnx.load(network(tmp_path / "own.onnx"))
    parted = tmp_path / "parted.onnx"
    onnx.save(whole, parted, save_as_external_data=True, location="own.data", size_threshold=0)

    with pytest.raises(EngineMisconfiguredError, match="save it as one file"):
        Encoder(model_files, SiteNetwork(parted, "county-net"))


@pytest.mark.parametrize(
    "entry",
    [
        b"\x0a\x08location\x12\x08own.data",  # as everybody writes it
        b"\x12\x08own.data\x0a\x08location",  # the value before the key
        b"\x0a\x88\x80\x00location\x12\x88\x00own.data",  # lengths in more bytes than they need
    ],
)
def test_weights_elsewhere_are_refused_however_that_is_written(
    model_files: ModelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entry: bytes
) -> None:
    """ONNX Runtime opens each of these, and reads the other file from the working directory."""
    model = onnx.load(network(tmp_path / "own.onnx"))
    [weights] = model.graph.initializer
    (tmp_path / "own.data").write_bytes(weights.raw_data)
    del model.graph.initializer[:]
    weights.ClearField("raw_data")
    tensor = weights.SerializeToString() + _field(13, entry) + b"\x70\x01"  # 14: EXTERNAL
    parted = tmp_path / "parted.onnx"
    parted.write_bytes(model.SerializeToString() + _field(7, _field(5, tensor)))  # of the graph
    monkeypatch.chdir(tmp_path)
    InferenceSession(parted.read_bytes(), providers=["CPUExecutionProvider"])

    with pytest.raises(EngineMisconfiguredError, match="save it as one file"):
        Encoder(model_files, SiteNetwork(parted, "county-net"))


def test_weights_elsewhere_are_found_wherever_a_tensor_can_be() -> None:
    elsewhere = onnx.TensorProto(name="w", data_location=onnx.TensorProto.EXTERNAL)
    here = onnx.TensorProto(name="w", float_data=[1.0], dims=[1], data_type=1)
    sparse = onnx.SparseTensorProto(values=elsewhere)
    within = onnx.GraphProto(initializer=[elsewhere])
    graphs = [
        onnx.GraphProto(initializer=[here, elsewhere]),
        onnx.GraphProto(sparse_initializer=[sparse]),
        *(
            onnx.GraphProto(node=[onnx.NodeProto(op_type="If", attribute=[attribute])])
            for attribute in (
                onnx.AttributeProto(name="a", t=elsewhere),
                onnx.AttributeProto(name="a", tensors=[elsewhere]),
                onnx.AttributeProto(name="a", sparse_tensor=sparse),
                onnx.AttributeProto(name="a", g=within),
                onnx.AttributeProto(name="a", graphs=[within]),
            )
        ),
    ]
    functions = [onnx.FunctionProto(node=graph.node) for graph in graphs if graph.node]

    parted = [onnx.ModelProto(graph=graph) for graph in graphs]
    parted += [onnx.ModelProto(functions=[function]) for function in functions]

    assert all(names_another_file(model.SerializeToString()) for model in parted)
    assert not names_another_file(
        onnx.ModelProto(graph=onnx.GraphProto(initializer=[here])).SerializeToString()
    )


@pytest.mark.parametrize("content", [b"\x1a\x06\x2a\x00ORTM", b"\x1c\x00\x00\x00ORTM\xff"])
def test_only_onnx_is_looked_at(model_files: ModelFiles, tmp_path: Path, content: bytes) -> None:
    """ONNX Runtime takes a file of its own format too, by these letters in it."""
    (tmp_path / "own.onnx").write_bytes(content)

    with pytest.raises(EngineMisconfiguredError, match=r"own format, .* export it as ONNX"):
        Encoder(model_files, SiteNetwork(tmp_path / "own.onnx", "county-net"))


def test_other_detectors_are_another_model_of_a_site() -> None:
    other = replace(WEIGHTS[Network.FULL_RANGE], onnx_sha256="0" * 64)
    recognition = replace(WEIGHTS[Network.RECOGNITION], onnx_sha256="0" * 64)

    as_ever = told_of_detectors(WEIGHTS)
    changed = told_of_detectors({**WEIGHTS, Network.FULL_RANGE: other})

    assert as_ever == told_of_detectors({**WEIGHTS, Network.RECOGNITION: recognition}) == b""
    assert b"0" * 64 in changed


def test_a_file_that_is_no_network_is_refused(model_files: ModelFiles, tmp_path: Path) -> None:
    (tmp_path / "own.onnx").write_bytes(b"no network")

    with pytest.raises(EngineMisconfiguredError, match="no ONNX file, or one that takes more mem"):
        Encoder(model_files, SiteNetwork(tmp_path / "own.onnx", "county-net"))


def test_a_network_that_onnx_runtime_does_not_take_is_refused_as_it_says(
    model_files: ModelFiles, tmp_path: Path
) -> None:
    """A word like an allocation's is no lack of memory."""
    tensor, kind = helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    shape: list[int | str | None] = ["N", 3, 112, 112]
    path = saved(
        tmp_path / "own.onnx",
        [helper.make_node("Reallocate", ["chip"], ["vector"])],
        [tensor("chip", kind, shape)],
        [tensor("vector", kind, shape)],
    )
    site = SiteNetwork(path, "county-net")

    with pytest.raises(EngineMisconfiguredError, match="cannot be loaded: ") as caught:
        Encoder(model_files, site)

    assert "MEMORY_MB" not in str(caught.value)


def test_a_package_that_does_not_load_is_no_fault_of_the_file(
    model_files: ModelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = SiteNetwork(network(tmp_path / "own.onnx"), "county-net")
    monkeypatch.setitem(sys.modules, "onnx", None)

    with pytest.raises(EngineMisconfiguredError, match=r"`onnx`.*cannot be imported"):
        Encoder(model_files, site)


def test_too_little_memory_is_told_as_that(
    model_files: ModelFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What starts the process then names the setting of its memory."""
    site = SiteNetwork(network(tmp_path / "own.onnx"), "county-net")
    monkeypatch.setitem(sys.modules, "onnx", Exhausted("onnx"))

    with pytest.raises(MemoryError):
        Encoder(model_files, site)


class Exhausted(ModuleType):
    """A package that has no room left."""

    @override
    def __getattr__(self, name: str) -> object:
        raise MemoryError(name)


def test_a_missing_file_is_refused(model_files: ModelFiles, tmp_path: Path) -> None:
    with pytest.raises(EngineMisconfiguredError, match="cannot be loaded"):
        Encoder(model_files, SiteNetwork(tmp_path / "none.onnx", "county-net"))


@pytest.mark.parametrize(
    ("shape", "kind", "told"),
    [
        (["N", 112, 112, 3], onnx.TensorProto.FLOAT, "channels last"),
        ([8, 3, 112, 112], onnx.TensorProto.FLOAT, "takes 8 faces at a time"),
        (["N", 1, 112, 112], onnx.TensorProto.FLOAT, r"not \[N, 3, 112, 112\]"),
        ([3, 112, 112], onnx.TensorProto.FLOAT, r"not \[N, 3, 112, 112\]"),
        (["N", 3, 112, 112], onnx.TensorProto.UINT8, "float32 input"),
        (["N", 3, 112, 112], onnx.TensorProto.FLOAT16, "float32 input"),
        (["N", 3, 112, 112], onnx.TensorProto.FLOAT, "gives 3 numbers a face"),
    ],
)
def test_a_network_that_cannot_serve_is_refused_with_what_to_change(
    model_files: ModelFiles, tmp_path: Path, shape: list[int | str], kind: int, told: str
) -> None:
    axes = 2 if len(shape) == 4 else 1
    site = SiteNetwork(mean_of_pixels(tmp_path / "own.onnx", shape, kind, axes), "county-net")

    with pytest.raises(EngineMisconfiguredError, match=told):
        Encoder(model_files, site)


def test_a_network_with_free_sides_is_taken(model_files: ModelFiles, tmp_path: Path) -> None:
    path = mean_of_pixels(tmp_path / "own.onnx", ["N", 3, "high", "wide"], axes=3)

    assert Encoder(model_files, SiteNetwork(path, "county-net")).dimensions == 3 * 112


def test_a_network_that_makes_one_embedding_of_two_faces_is_refused(
    model_files: ModelFiles, tmp_path: Path
) -> None:
    """Half of its numbers would be taken for each."""
    tensor, kind = helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    path = saved(
        tmp_path / "own.onnx",
        [helper.make_node("ReduceMean", ["chip"], ["vector"], axes=[0, 1, 2], keepdims=0)],
        [tensor("chip", kind, ["N", 3, 112, 112])],
        [tensor("vector", kind, None)],
    )

    with pytest.raises(EngineMisconfiguredError, match=r"gives \[112\] for 2 faces"):
        Encoder(model_files, SiteNetwork(path, "county-net"))


@pytest.mark.parametrize("batch", ["N", 1])
def test_a_network_whose_length_depends_on_the_face_makes_no_template(
    model_files: ModelFiles, portrait: bytes, tmp_path: Path, batch: str | int
) -> None:
    """What starts with a blank picture could be enrolled, and never be compared."""
    tensor, kind = helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    path = saved(
        tmp_path / "own.onnx",
        [
            helper.make_node("ReduceMax", ["chip"], ["top"], axes=[0, 1, 2], keepdims=0),
            helper.make_node("Greater", ["top", "top_of_blank"], ["lit"]),
            helper.make_node("ReduceMean", ["chip"], ["means"], axes=[1, 2], keepdims=0),
            helper.make_node("Cast", ["lit"], ["ones"], to=onnx.TensorProto.INT64),
            helper.make_node("ReduceSum", ["ones"], ["many"], keepdims=1),
            helper.make_node("Add", ["many", "least"], ["length"]),
            helper.make_node("Slice", ["means", "start", "length", "axis"], ["vector"]),
        ],
        [tensor("chip", kind, [batch, 3, 112, 112])],
        [tensor("vector", kind, None)],
        {"top_of_blank": np.float32(0), "least": [64], "start": [0], "axis": [1]},
    )

    encoder = Encoder(model_files, SiteNetwork(path, "county-net", mean=-1))

    with pytest.raises(EngineMisconfiguredError, match="numbers for one face and 64 for another"):
        encoder.read(portrait, "enrol")


def test_a_network_of_two_inputs_is_refused(model_files: ModelFiles, tmp_path: Path) -> None:
    tensor, kind = helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    shape: list[int | str | None] = ["N", 3, 112, 112]
    path = saved(
        tmp_path / "own.onnx",
        [helper.make_node("Add", ["one", "other"], ["sum"])],
        [tensor("one", kind, shape), tensor("other", kind, shape)],
        [tensor("sum", kind, shape)],
    )

    with pytest.raises(EngineMisconfiguredError, match="takes 2 inputs"):
        Encoder(model_files, SiteNetwork(path, "county-net"))


def test_threads_change_no_template_and_no_name(
    model_files: ModelFiles, portrait: bytes, tmp_path: Path
) -> None:
    site = SiteNetwork(network(tmp_path / "own.onnx"), "county-net")

    encoders = [Encoder(model_files, site, runtime=Runtime(threads=n)) for n in (1, 2)]
    one, two = (encoder.read(portrait, "enrol").template for encoder in encoders)

    assert likeness(one, two) == pytest.approx(1, abs=0.001)
    assert encoders[0].model == encoders[1].model


@pytest.mark.parametrize(
    ("provider", "package"), [("OPENVINO", "onnxruntime-openvino"), ("CUDA", "onnxruntime-gpu")]
)
def test_a_provider_that_is_not_installed_names_its_package(
    model_files: ModelFiles, provider: Literal["OPENVINO", "CUDA"], package: str
) -> None:
    if f"{provider}ExecutionProvider".lower() in map(str.lower, get_available_providers()):
        pytest.skip(f"{package} is installed here")

    with pytest.raises(EngineMisconfiguredError, match=f"Install {package} in the place"):
        Encoder(model_files, runtime=Runtime(provider))


def test_another_provider_is_told_in_the_models_name() -> None:
    assert [Runtime(one).suffix for one in get_args(Provider)] == ["", "+openvino", "+cuda"]


def _field(number: int, content: bytes) -> bytes:
    """A field of a message, as protobuf writes one that holds a message or bytes."""
    return bytes([number << 3 | 2, len(content)]) + content
