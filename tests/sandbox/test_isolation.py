"""What a worker process cannot do any more, tried from inside; and that reading photos goes on."""

import io
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from platform import machine

import pytest
from PIL import Image

from adapters.darkroom.sandboxed import REHEARSAL, SandboxedDarkroom
from adapters.face_engine.local.encoders import warm_up
from adapters.face_engine.local.reading import Networks
from adapters.sandbox import Sandbox
from adapters.sandbox.limits import IN_FORCE
from app.settings import LocalEngineSettings
from tests.fuzz.bases import bases

GIGABYTE = 1024**3
ESCAPES = "tests.sandbox.escapes:"

linux = pytest.mark.skipif(
    sys.platform != "linux" or machine() not in {"x86_64", "aarch64"},
    reason="only Linux limits system calls",
)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    loaded = [REHEARSAL, (ESCAPES + "load", {})]
    async with Sandbox(1, GIGABYTE, 10.0, warm_up=loaded) as running:
        yield running


async def outcome(sandbox: Sandbox, way: str, path: Path = Path("/")) -> str:
    answer, _ = await sandbox.call(ESCAPES + "tried", {"way": way, "path": str(path)})
    return str(answer["outcome"])


def kept_secret(data_dir: Path) -> Path:
    secret = data_dir / "secret"
    secret.write_text("known to nobody")
    return secret


def told_of(pid: int) -> tuple[int, set[str], dict[str, list[str]]]:
    """Return whose the memory is, the lines of the status, and the limits by name."""
    process = Path(f"/proc/{pid}")
    limits = (process / "limits").read_text().splitlines()
    found = {line[:25].strip(): line.split()[-3:-1] for line in limits}
    return (process / "mem").stat().st_uid, set((process / "status").read_text().split("\n")), found


@linux
@pytest.mark.parametrize(
    "way", ["socket", "list", "execute", "fork", "signal", "trace", "map code", "write"]
)
async def test_a_process_that_was_taken_over_finds_every_way_out_closed(
    sandbox: Sandbox, way: str, tmp_path: Path
) -> None:
    assert await outcome(sandbox, way, tmp_path / "left") == "EPERM"
    assert await outcome(sandbox, "read", tmp_path / "left") == "EPERM"


@linux
async def test_it_cannot_read_the_services_secret(
    sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> None:
    secret = kept_secret(tmp_path_factory.mktemp("data"))

    assert await outcome(sandbox, "read", secret) == "EPERM"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")
async def test_no_file_opens_even_where_system_calls_are_not_limited(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    assert await outcome(sandbox, "read", tmp_path) in {"EPERM", "EMFILE"}


async def test_threads_still_start_as_networks_and_decoders_may(sandbox: Sandbox) -> None:
    assert await outcome(sandbox, "thread") == "done"


@linux
async def test_its_memory_and_its_environment_are_nobodys_but_roots(sandbox: Sandbox) -> None:
    [pid] = sandbox.pids

    owner, status, limits = told_of(pid)
    assert owner == 0
    assert {"NoNewPrivs:\t1", "Seccomp:\t2"} <= status
    assert limits["Max core file size"] == ["0", "0"]
    assert limits["Max open files"] == ["0", "0"]


async def test_every_kind_of_photo_is_read_as_it_is_outside(sandbox: Sandbox) -> None:
    darkroom = SandboxedDarkroom(sandbox)
    for name, photo in bases().items():
        with Image.open(io.BytesIO(await darkroom.thumbnail(photo, 24))) as picture:
            assert picture.width == 24, name


async def test_faces_are_encoded_behind_the_closed_doors() -> None:
    networks = Networks(LocalEngineSettings().models_dir)
    async with Sandbox(1, 1500 * 2**20, 20.0, warm_up=[warm_up([networks])]) as sandbox:
        request = {"encoder": networks.request(), "purpose": "search", "face": None}
        read = [
            await sandbox.call("adapters.face_engine.local.process:read", request, photo)
            for photo in bases().values()
        ]

    assert all(answer["size"] for answer, _ in read)


async def test_what_is_in_force_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    async with Sandbox(1, GIGABYTE, 10.0, warm_up=[REHEARSAL]):
        pass

    said = capsys.readouterr().out
    event = "sandbox_isolated" if IN_FORCE in said else "sandbox_isolation_incomplete"
    assert event in said
