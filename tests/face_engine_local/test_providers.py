"""Other execution providers than the CPU, where one is installed, in the processes that read."""

import numpy as np
import pytest
from onnxruntime import get_available_providers

from adapters.face_engine.local.encoders import opened_encoders, warm_up
from adapters.face_engine.local.models import ModelFiles
from adapters.face_engine.local.reading import Networks, Provider, Runtime
from adapters.face_engine.local.sessions import NAMES
from adapters.sandbox import Sandbox


@pytest.mark.parametrize("provider", [one for one in NAMES if one != "CPU"])
async def test_templates_are_those_of_the_cpu(
    model_files: ModelFiles, portrait: bytes, provider: Provider
) -> None:
    if NAMES[provider] not in get_available_providers():
        pytest.skip(f"the installed onnxruntime has no {NAMES[provider]}")
    directory = model_files.recognition.parent
    both = [Networks(directory), Networks(directory, runtime=Runtime(provider))]
    sandbox = Sandbox(processes=1, memory_bytes=1500 * 2**20, seconds=60, warm_up=[warm_up(both)])
    async with sandbox:
        encoders = [await opened_encoders(sandbox, each) for each in both]
        read = [await each.read(portrait, "search") for each in encoders]

    vectors = [np.frombuffer(each.template, "<f2").astype(np.float32) for each in read]
    assert float(np.abs(vectors[0] - vectors[1]).max()) < 1e-3
    assert encoders[1].facts.model == encoders[0].facts.model.replace(
        "blazeface", f"blazeface+{provider.lower()}"
    )
