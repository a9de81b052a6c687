"""A model's file is fetched from its publisher, over a real socket."""

import random
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.face_engine.local.models import Published
from adapters.face_engine.local.models.publisher import fetched
from app.domain.errors import EngineMisconfiguredError
from tests.face_engine_local.publishers import CUT, Publisher, publishing
from tests.live import free_port

CONTENT = random.Random(1).randbytes(1_000_000)  # noqa: S311 - a file, no secret
PINNED = sha256(CONTENT).hexdigest()


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with publishing(Publisher(CONTENT)) as opened:
        yield opened


def fetch(target: Path, *addresses: str, silence: float = 30) -> tuple[bytes, list[str]]:
    said: list[str] = []
    fetched(
        Published(addresses, ("127.0.0.1",), len(CONTENT)), PINNED, target, said.append, silence
    )
    return target.read_bytes(), said


def test_a_file_comes_whole(publisher: Publisher, tmp_path: Path) -> None:
    content, said = fetch(tmp_path / "a.onnx", publisher.url)

    assert content == CONTENT
    assert said[-1] == "1.0 MB of 1.0 MB"
    assert list(tmp_path.iterdir()) == [tmp_path / "a.onnx"]


def test_a_broken_download_goes_on_where_it_ended(publisher: Publisher, tmp_path: Path) -> None:
    publisher.cuts = 2

    content, _ = fetch(tmp_path / "a.onnx", publisher.url)

    assert content == CONTENT
    assert publisher.asked == ["", f"bytes={CUT}-", f"bytes={2 * CUT}-"]


def test_a_connection_that_falls_silent_is_begun_anew(publisher: Publisher, tmp_path: Path) -> None:
    publisher.stalls = 1

    content, _ = fetch(tmp_path / "a.onnx", publisher.url, silence=3)

    assert content == CONTENT
    assert publisher.asked[:1] == [""]
    assert publisher.asked[-1].startswith("bytes=")


def test_a_slow_publisher_is_waited_for(publisher: Publisher, tmp_path: Path) -> None:
    publisher.gate = arrived = threading.Event()
    published = Published((publisher.url,), ("127.0.0.1",), len(CONTENT))

    fetched(published, PINNED, tmp_path / "a.onnx", lambda _: arrived.set())

    assert (tmp_path / "a.onnx").read_bytes() == CONTENT
    assert publisher.asked == [""]


def test_the_next_run_goes_on_where_the_last_one_ended(
    publisher: Publisher, tmp_path: Path
) -> None:
    (tmp_path / "a.onnx.partial").write_bytes(CONTENT[:400_000])

    content, _ = fetch(tmp_path / "a.onnx", publisher.url)

    assert content == CONTENT
    assert publisher.asked == ["bytes=400000-"]


def test_a_publisher_without_ranges_sends_the_whole_again(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.ranges = False
    (tmp_path / "a.onnx.partial").write_bytes(CONTENT[:400_000])

    content, _ = fetch(tmp_path / "a.onnx", publisher.url)

    assert content == CONTENT


def test_another_file_is_deleted_and_told(publisher: Publisher, tmp_path: Path) -> None:
    publisher.content = CONTENT[:-1] + b"?"

    with pytest.raises(EngineMisconfiguredError, match="another file than the pinned one"):
        fetch(tmp_path / "a.onnx", publisher.url)

    assert list(tmp_path.iterdir()) == []


def test_a_begun_file_of_other_bytes_is_deleted_and_the_next_run_is_right(
    publisher: Publisher, tmp_path: Path
) -> None:
    (tmp_path / "a.onnx.partial").write_bytes(b"?" * 400_000)

    with pytest.raises(EngineMisconfiguredError, match="another file than the pinned one"):
        fetch(tmp_path / "a.onnx", publisher.url)
    content, _ = fetch(tmp_path / "a.onnx", publisher.url)

    assert content == CONTENT


def test_a_file_that_does_not_end_is_not_kept(publisher: Publisher, tmp_path: Path) -> None:
    publisher.content = CONTENT * 5

    with pytest.raises(EngineMisconfiguredError, match="5000000 bytes, not of 1,000,000"):
        fetch(tmp_path / "a.onnx", publisher.url)

    assert list(tmp_path.iterdir()) == []


def test_a_shorter_file_is_told_with_what_is_kept(publisher: Publisher, tmp_path: Path) -> None:
    publisher.content = CONTENT[:600_000]
    (tmp_path / "a.onnx.partial").write_bytes(CONTENT[:600_000])

    with pytest.raises(EngineMisconfiguredError, match="shorter than 1,000,000 bytes"):
        fetch(tmp_path / "a.onnx", publisher.url)

    assert not (tmp_path / "a.onnx").exists()


def test_a_page_in_the_place_of_the_file_leaves_what_is_kept(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.content, publisher.ranges = b"<html>sign in</html>" * 500, False
    (tmp_path / "a.onnx.partial").write_bytes(CONTENT[:400_000])

    with pytest.raises(EngineMisconfiguredError, match=r"10000 bytes.*0\.4 MB of it are kept"):
        fetch(tmp_path / "a.onnx", publisher.url)

    assert (tmp_path / "a.onnx.partial").read_bytes() == CONTENT[:400_000]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_publisher_without_ranges_that_breaks_off_sooner_leaves_what_is_kept(
    publisher: Publisher, tmp_path: Path
) -> None:
    publisher.ranges, publisher.cuts = False, 1
    (tmp_path / "a.onnx.partial").write_bytes(CONTENT[:400_000])

    content, _ = fetch(tmp_path / "a.onnx", publisher.url)

    assert content == CONTENT
    assert publisher.asked == ["bytes=400000-", "bytes=400000-"]


def test_a_part_that_was_not_asked_for_is_refused(publisher: Publisher, tmp_path: Path) -> None:
    publisher.shifted = 7
    (tmp_path / "a.onnx.partial").write_bytes(CONTENT[:400_000])

    with pytest.raises(EngineMisconfiguredError, match=r"another part.*0\.4 MB of it are kept"):
        fetch(tmp_path / "a.onnx", publisher.url)


def test_a_publisher_may_send_on_within_its_hosts(publisher: Publisher, tmp_path: Path) -> None:
    publisher.location = publisher.url

    content, _ = fetch(tmp_path / "a.onnx", publisher.url.replace("model.onnx", "moved"))

    assert content == CONTENT


def test_no_publisher_sends_on_to_another_host(publisher: Publisher, tmp_path: Path) -> None:
    publisher.location = f"http://localhost:{publisher.port}/model.onnx"

    with pytest.raises(EngineMisconfiguredError, match="localhost, which is no host"):
        fetch(tmp_path / "a.onnx", publisher.url.replace("model.onnx", "moved"))

    assert publisher.asked == [""]


def test_sending_round_in_a_circle_ends(publisher: Publisher, tmp_path: Path) -> None:
    publisher.location = "/moved"

    with pytest.raises(EngineMisconfiguredError, match="without an end"):
        fetch(tmp_path / "a.onnx", publisher.url.replace("model.onnx", "moved"))


def test_the_second_address_serves_where_the_first_does_not(
    publisher: Publisher, tmp_path: Path
) -> None:
    content, _ = fetch(
        tmp_path / "a.onnx", f"http://127.0.0.1:{free_port()}/model.onnx", publisher.url
    )

    assert content == CONTENT


def test_a_publisher_that_has_it_no_more_is_told(publisher: Publisher, tmp_path: Path) -> None:
    publisher.status = 404

    with pytest.raises(EngineMisconfiguredError, match=r"127\.0\.0\.1: HTTP 404.*--from"):
        fetch(tmp_path / "a.onnx", publisher.url)
