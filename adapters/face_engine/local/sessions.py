"""Opens a network on the execution provider and the threads of the settings."""

from pathlib import Path
from typing import Any

import onnxruntime

from adapters.face_engine.local.reading import Provider, Runtime
from app.domain.errors import EngineMisconfiguredError

NAMES: dict[Provider, str] = {
    "CPU": "CPUExecutionProvider",
    "OPENVINO": "OpenVINOExecutionProvider",
    "CUDA": "CUDAExecutionProvider",
}
_PACKAGES: dict[Provider, str] = {"OPENVINO": "onnxruntime-openvino", "CUDA": "onnxruntime-gpu"}


def session_of(
    network: Path | bytes, runtime: Runtime | None = None
) -> onnxruntime.InferenceSession:
    """Load a network; without a runtime on the calling thread alone, since a process has a core.

    Raises EngineMisconfiguredError when the provider is not there, and onnxruntime's own exceptions
    when the file is no network.
    """
    asked = runtime or Runtime()
    name = NAMES[asked.provider]
    if name not in onnxruntime.get_available_providers():
        raise EngineMisconfiguredError(_missing(asked.provider))
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = asked.threads, 1
    options.add_session_config_entry("session.load_model_format", "ONNX")  # no other is looked at
    session = onnxruntime.InferenceSession(network, options, providers=[(name, _options_of(asked))])
    if name not in session.get_providers():  # onnxruntime falls back to the CPU without an error
        raise EngineMisconfiguredError(
            f"CANDID_ENGINE__PROVIDER={asked.provider}: its libraries are installed and did not "
            "load, or this machine has no such device. onnxruntime wrote why above."
        )
    _let_go_of_the_file(session)
    return session


def _let_go_of_the_file(session: onnxruntime.InferenceSession) -> None:
    """Give the file's bytes back: onnxruntime has read them, and keeps them in each process.

    It would need them to fall back to the CPU when a provider fails in a run, which is switched
    off: what the CPU gives then would go by the name of the provider.
    """
    session.disable_fallback()
    session._model_bytes = None  # noqa: SLF001 (nothing public does it; without it nothing breaks)


def _options_of(runtime: Runtime) -> dict[str, Any]:
    """Ask for float32 throughout: bfloat16 and TF32 move templates, and would mix in a gallery."""
    match runtime.provider:
        case "OPENVINO":
            threads = str(runtime.threads)
            return {"device_type": "CPU", "precision": "FP32", "num_of_threads": threads}
        case "CUDA":
            return {"use_tf32": "0"}
        case "CPU":
            return {}


def _missing(provider: Provider) -> str:
    package = _PACKAGES.get(provider, "onnxruntime")
    return (
        f"CANDID_ENGINE__PROVIDER={provider}, and the onnxruntime that is installed has no such "
        f"provider. Install {package} in the place of onnxruntime (`pip uninstall onnxruntime`, "
        f"then `pip install {package}`), or leave the setting out."
    )
