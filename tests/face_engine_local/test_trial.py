"""A model is tried before anybody relies on it, in processes that may die."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper, numpy_helper

from adapters.face_engine.local.models import ModelFiles
from adapters.face_engine.local.reading import Networks, SiteNetwork
from adapters.face_engine.local.trial import Limits, Pairs, Trial, tried
from adapters.portraits import Portrait
from app.domain.errors import EngineMisconfiguredError
from tests.face_engine_local.site_networks import mean_of_pixels, network, saved
from tests.kept import MODELS

AS_THE_SERVICE = Limits(1500 * 2**20, 20.0)


async def test_the_network_that_comes_with_candid_tells_the_samples_apart(
    model_files: ModelFiles, portraits: dict[str, Portrait]
) -> None:
    del model_files
    photos = [(one.person, one.path.read_bytes()) for one in portraits.values()]

    trial = await tried(Networks(MODELS), AS_THE_SERVICE, photos, cores=2)

    assert trial.dimensions == 128
    assert set(trial.faces_a_second) == {(1, 1), (2, 1), (1, 2)}
    assert all(rate > 0 for rate in trial.faces_a_second.values())
    assert trial.pairs is not None
    assert trial.pairs.told_apart
    assert trial.photos == len(photos)
    assert len(trial.pairs.same_person) + len(trial.pairs.different_people) == 15


async def test_without_photos_the_network_runs_on_noise(tmp_path: Path) -> None:
    trial = await on_noise(network(tmp_path / "own.onnx"))

    assert (trial.dimensions, trial.photos, trial.pairs) == (64, 0, None)
    assert set(trial.faces_a_second) == {(1, 1)}


async def test_a_photo_that_cannot_be_read_is_passed_over(tmp_path: Path, portrait: bytes) -> None:
    site = SiteNetwork(network(tmp_path / "own.onnx"), "county-net")
    photos = [("A", b"%PDF-1.7"), ("B", portrait[: len(portrait) // 9]), ("C", portrait)]

    trial = await tried(Networks(MODELS, site), AS_THE_SERVICE, photos, cores=1)

    assert trial.photos == 1
    assert trial.pairs is None


async def test_a_network_that_sees_nothing_is_refused(tmp_path: Path) -> None:
    means = mean_of_pixels(tmp_path / "own.onnx", ["N", 3, 112, 112], axes=3)

    with pytest.raises(EngineMisconfiguredError, match="the same for two pictures"):
        await on_noise(means, scale=1e-9, mean=-1e9)


async def test_a_network_that_gives_something_else_each_time_is_refused(tmp_path: Path) -> None:
    tensor, kind = helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    nodes = [
        helper.make_node("ReduceMean", ["chip"], ["means"], axes=[3], keepdims=0),
        helper.make_node("Flatten", ["means"], ["flat"]),
        helper.make_node("RandomNormalLike", ["flat"], ["chance"], scale=0.1),
        helper.make_node("Add", ["flat", "chance"], ["vector"]),
    ]
    path = saved(
        tmp_path / "own.onnx",
        nodes,
        [tensor("chip", kind, ["N", 3, 112, 112])],
        [tensor("vector", kind, ["N", 336])],
    )

    with pytest.raises(EngineMisconfiguredError, match="another template each time"):
        await on_noise(path)


async def test_a_network_that_gives_no_numbers_is_refused(tmp_path: Path) -> None:
    tensor, kind = helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    nodes = [
        helper.make_node("ReduceMean", ["chip"], ["means"], axes=[3], keepdims=0),
        helper.make_node("Flatten", ["means"], ["flat"]),
        helper.make_node("Neg", ["flat"], ["less"]),
        helper.make_node("Sqrt", ["less"], ["vector"]),
    ]
    path = saved(
        tmp_path / "own.onnx",
        nodes,
        [tensor("chip", kind, ["N", 3, 112, 112])],
        [tensor("vector", kind, ["N", 336])],
    )

    with pytest.raises(EngineMisconfiguredError, match="numbers that are none"):
        await on_noise(path, scale=1, mean=0)


async def test_a_network_too_large_for_a_process_is_refused_and_costs_nothing_here(
    tmp_path: Path,
) -> None:
    """The memory is that of the setting: what passes here starts in the service."""
    large = filling(tmp_path / "large.onnx", gigabytes=3)

    with pytest.raises(EngineMisconfiguredError, match="CANDID_ENCODER__MEMORY_MB"):
        await on_noise(large)


async def test_a_network_too_slow_for_a_photo_is_refused(tmp_path: Path) -> None:
    hurried = replace(AS_THE_SERVICE, seconds=0.0001)

    with pytest.raises(EngineMisconfiguredError, match="CANDID_ENCODER__SECONDS"):
        await on_noise(network(tmp_path / "own.onnx"), limits=hurried)


@pytest.mark.parametrize(
    ("same", "different", "apart"),
    [
        ((0.9, 0.6), (0.5,), True),
        ((0.9, 0.6), (0.6, 0.1), False),
        ((0.9, 0.8, 0.2), (0.6, 0.1), True),
        ((0.9, 0.8, 0.2), (0.95, *[0.1] * 18), False),
        ((0.9, 0.8, 0.2), (0.95, *[0.1] * 19), True),
        ((0.9, 0.1, 0.1), (0.95, *[0.1] * 99), False),
    ],
)
def test_people_are_told_apart_where_most_pairs_are_right(
    same: tuple[float, ...], different: tuple[float, ...], *, apart: bool
) -> None:
    pairs = Pairs(same, different)

    assert pairs.told_apart == apart
    assert ("NOT told apart" in pairs.told) != apart


def test_what_was_counted_is_told() -> None:
    pairs = Pairs((0.9, 0.8, 0.05), (0.95, *[0.1] * 19))

    assert pairs.told == (
        "2 of 3 pairs of one person (median 0.800) are more alike than 19 of 20 pairs of different "
        "people (median 0.100; cosines): told apart"
    )


def filling(path: Path, gigabytes: int) -> Path:
    """A small network file that wants that much memory as soon as it runs."""
    tensor, kind = helper.make_tensor_value_info, onnx.TensorProto.FLOAT
    times = np.array([gigabytes * 2**30 // 4 // 336], np.int64)
    nodes = [
        helper.make_node("ReduceMean", ["chip"], ["means"], axes=[0, 3], keepdims=0),
        helper.make_node("Reshape", ["means", "flat"], ["few"]),
        helper.make_node("Tile", ["few", "times"], ["many"]),
        helper.make_node("ReduceMax", ["many"], ["most"], keepdims=0),
        helper.make_node("ReduceMean", ["chip"], ["rows"], axes=[3], keepdims=0),
        helper.make_node("Flatten", ["rows"], ["each"]),
        helper.make_node("Add", ["each", "most"], ["vector"]),
    ]
    graph = helper.make_graph(
        nodes,
        "filling",
        [tensor("chip", kind, ["N", 3, 112, 112])],
        [tensor("vector", kind, ["N", 336])],
        [
            numpy_helper.from_array(np.array([336], np.int64), "flat"),
            numpy_helper.from_array(times, "times"),
        ],
    )
    opset = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opset, ir_version=8), path)
    return path


async def on_noise(
    path: Path, mean: float = 127.5, scale: float = 0.01, limits: Limits = AS_THE_SERVICE
) -> Trial:
    site = SiteNetwork(path, "county-net", mean, scale)
    return await tried(Networks(MODELS, site), limits, (), cores=1)
