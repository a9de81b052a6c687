"""`candid import` in a process of its own: watched on a terminal or none, left, reconnected."""

import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from pathlib import Path

from app.domain.imports import (
    FacesRule,
    ImportOptions,
    ImportSource,
    ImportState,
    ItemStatus,
    SourceKind,
)
from tests.e2e.commands import environment_with
from tests.e2e.processes import eventually
from tests.fakes_imports import item
from tests.live import ROOT
from tests.served_imports import ServedImports


@dataclass
class Watching:
    """A command that runs, on a terminal of 80 columns or without one."""

    process: subprocess.Popen[bytes]
    read_from: int
    seen: bytes = b""

    @classmethod
    def begun(cls, served: ServedImports, *arguments: str, terminal: bool = False) -> "Watching":
        ours, theirs = pty.openpty() if terminal else os.pipe()
        if terminal:
            fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 80, 0, 0))
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "app", "import", *arguments],
            env=environment_with({"CLIENT__URL": served.url}) | {"TERM": "xterm-256color"},
            cwd=ROOT,
            stdin=theirs if terminal else subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            process_group=0,
        )
        os.close(theirs)
        os.set_blocking(ours, False)
        return cls(process, ours)

    @property
    def text(self) -> str:
        """Return what was written until now, without the terminal's commands."""
        try:
            while part := os.read(self.read_from, 65536):
                self.seen += part
        except BlockingIOError:
            pass
        except OSError:  # the other side of a terminal is closed
            pass
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self.seen.decode("utf-8", "replace"))

    def says(self, words: str) -> bool:
        return eventually(lambda: words in " ".join(self.text.split()))

    def end(self) -> int:
        code = self.process.wait(120)
        assert self.text is not None
        os.close(self.read_from)
        return code


def test_start_watches_to_the_end_and_files_the_summary(
    served: ServedImports, tmp_path: Path
) -> None:
    filed = tmp_path / "done.txt"

    watching = Watching.begun(
        served, "start", "--folder", "photos", "--faces", "largest", "--summary", str(filed)
    )
    assert watching.says("running: 0 of 0")
    [known] = served.imports.known.values()
    served.imports.items[known.import_id] = [item(1, ItemStatus.INDEXED, None)]
    served.imports.change(known.import_id, state=ImportState.FINISHED)
    code = watching.end()

    source = ImportSource(SourceKind.FOLDER, str(ROOT / "photos"))
    assert known.options == ImportOptions(source, faces=FacesRule.LARGEST)
    assert code == 0
    assert filed.read_text() in watching.seen.decode()
    assert "Indexed     1\n" in filed.read_text()


def test_ctrl_c_leaves_and_the_import_goes_on(served: ServedImports) -> None:
    watching = Watching.begun(served, "start", "--jms", terminal=True)
    assert watching.says(": running")
    os.killpg(watching.process.pid, signal.SIGINT)
    code = watching.end()

    [known] = served.imports.known.values()
    assert code == 0
    assert known.state is ImportState.RUNNING
    assert f"import {known.import_id} goes on" in " ".join(watching.text.split())
    assert f"candid import watch {known.import_id}" in watching.text


def test_on_a_terminal_of_80_columns_no_line_is_longer(served: ServedImports) -> None:
    source = ImportSource(SourceKind.FOLDER, "/srv/" + "long " * 60)
    known = served.imports.add(ImportOptions(source), items=[item(1)])
    served.imports.waiting = 3

    watching = Watching.begun(served, "watch", terminal=True)
    assert watching.says("failed 1 (no face 1)")
    served.imports.change(known.import_id, state=ImportState.CANCELLED)
    code = watching.end()

    display = watching.text.split("Candid import")[0]
    assert code == 4
    assert max(len(line.rstrip()) for line in re.split(r"[\r\n]+", display)) <= 80


def test_a_service_that_is_restarted_is_told_and_watched_again(served: ServedImports) -> None:
    known = served.imports.add()
    served.imports.waiting = 2

    watching = Watching.begun(served, "watch")
    assert watching.says("running: 0 of 2")
    served.stop()
    assert watching.says("The service does not answer. Trying again.")
    served.imports.waiting = 1
    served.start()
    assert watching.says("running: 0 of 1")
    served.imports.change(known.import_id, state=ImportState.FINISHED)

    assert watching.end() == 0


def test_trouble_ends_the_watching_with_code_3_and_says_how_to_go_on(
    served: ServedImports,
) -> None:
    known = served.imports.add(items=[item(1)])

    watching = Watching.begun(served, "watch", "--json")
    assert watching.says("running")
    trouble = "The disk of the photo store is full."
    served.imports.change(known.import_id, state=ImportState.PAUSED, trouble=trouble)
    code = watching.end()

    assert code == 3
    assert trouble in watching.text
    assert f"candid import resume {known.import_id}" in watching.text


def test_a_reader_that_has_enough_ends_the_list_quietly(served: ServedImports) -> None:
    served.imports.add(state=ImportState.FINISHED, items=[item(i) for i in range(1, 1202)])

    with subprocess.Popen(
        [sys.executable, "-m", "app", "import", "failures", "--csv"],
        env=environment_with({"CLIENT__URL": served.url}),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == (
            b"position,external_image_id,view,reason,detail,attempts,settled_at,location\n"
        )
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.wait(120) == 0
