"""One contender as a process: `python -m bench.contenders MODULE.CLASS FOLDER`.

Orders come as JSON, a line each, and are answered so: `encode` photos into a file of templates, or
`load` the first templates of a file, then `search` for a query by its number, or `find` the face of
a photo. It loads on the cores it was given, and searches on one. What has pools of threads of its
own and keeps its templates in files begins anew for that, on the one core, before its library is
imported: a pool is sized when it is made. The first answer comes unasked: that it is ready, or what
is not installed.
"""

import gc
import importlib
import json
import os
import sys
import time
from functools import partial
from pathlib import Path
from typing import IO, Any

import numpy as np

from bench.contenders.contender import Contender, NoFaceError


def main() -> None:
    """Obey until the orders end."""
    named, folder, *built = sys.argv[1:]
    answers = _answers()
    try:
        contender = _made(named, Path(folder))
    except ModuleNotFoundError as missing:
        return _say(answers, {"not_installed": missing.name})
    with contender.open:
        if built:
            _reopen(contender, answers, **json.loads(*built))
            return None
        contender.begin()
        _say(answers, {"ready": named})
        order = _first(contender, answers)
        if order:
            loaded = _load(contender, order["templates"], order["count"])
            if contender.reopens:
                _again(contender, answers, queries=order["queries"], seconds=loaded["seconds"])
            _say(answers, loaded)
            _search(contender, answers, order["queries"])
    return None


def _first(contender: Contender, answers: IO[str]) -> Any:  # noqa: ANN401 - JSON
    """Return the order to load, if it comes; before it, encode what is asked for."""
    for line in sys.stdin:
        order = json.loads(line)
        if "encode" not in order:
            return order
        _encode(contender, order["encode"], order["to"])
        _say(answers, {"encoded": len(order["encode"])})
    return None


def _search(contender: Contender, answers: IO[str], queries_file: str) -> None:
    queries = np.load(queries_file)
    for line in sys.stdin:
        order = json.loads(line)
        if "photo" in order:
            find = partial(contender.find, Path(order["photo"]))
        else:
            find = partial(contender.search, queries[order["query"]].astype(np.float32))
        began = time.perf_counter()
        try:
            rows = find(order["count"])
        except NoFaceError:
            rows = ()
        _say(answers, {"ms": 1e3 * (time.perf_counter() - began), "rows": list(rows)})


def _made(named: str, folder: Path) -> Contender:
    module, _, kind = named.rpartition(".")
    made: Contender = getattr(importlib.import_module(f"bench.contenders.{module}"), kind)(folder)
    return made


def _encode(contender: Contender, photos: list[str], to: str) -> None:
    """Write a unit template of each photo; NaN where it sees no face."""
    templates = []
    for photo in photos:
        try:
            template = np.asarray(contender.template(Path(photo)), np.float64)
            templates.append(template / np.linalg.norm(template))
        except NoFaceError:
            templates.append(np.array([np.nan]))
    width = max(map(len, templates))
    rows = [one if len(one) == width else np.full(width, np.nan) for one in templates]
    np.save(to, np.array(rows, np.float16))


def _load(contender: Contender, templates: str, count: int) -> dict[str, float | None]:
    """Load and say what it took: seconds, and megabytes of this process and on disk."""
    before = _megabytes()
    values = np.load(templates, mmap_mode="r")[:count].copy()
    began = time.perf_counter()
    contender.load(values)
    seconds = time.perf_counter() - began
    del values
    gc.collect()
    return _loaded(contender, seconds, _megabytes() - before)


def _loaded(contender: Contender, seconds: float, held: float) -> dict[str, float | None]:
    memory = None if contender.processes() or held <= 0 else held
    _stay_on_one_core(contender)
    return {"seconds": seconds, "memory_mb": memory, "disk_mb": contender.disk_megabytes()}


def _again(contender: Contender, answers: IO[str], **told: Any) -> None:  # noqa: ANN401 - JSON
    """Begin this process anew, on the one core that it is now limited to."""
    contender.open.close()
    named, folder = sys.argv[1:]
    os.dup2(answers.fileno(), 1)
    program = (sys.executable, "-m", "bench.contenders", named, folder, json.dumps(told))
    os.execv(sys.executable, program)  # noqa: S606 - this very program


def _reopen(contender: Contender, answers: IO[str], queries: str, seconds: float) -> None:
    """Open what was loaded, say what that took, and search."""
    before = _megabytes()
    contender.reopen()
    contender.search(np.load(queries)[0].astype(np.float32), 1)
    _say(answers, _loaded(contender, seconds, _megabytes() - before))
    _search(contender, answers, queries)


def _megabytes() -> float:
    """Return the memory of its own that the process holds, mapped files apart."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) / 1e3


def _stay_on_one_core(contender: Contender) -> None:
    core = {max(os.sched_getaffinity(0))}
    for task in Path("/proc/self/task").iterdir():
        os.sched_setaffinity(int(task.name), core)
    for process in contender.processes():
        os.sched_setaffinity(process, core)


def _answers() -> IO[str]:
    """Return where answers go; whatever a library prints goes where errors do."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return answers


def _say(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
