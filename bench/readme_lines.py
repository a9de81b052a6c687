"""What each bench has to say in the README's table of figures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bench.performance_parts import Tables

Row = Mapping[str, Any]
Cells = tuple[str, str, str, str]
"""What was measured, how much it was, what it is held against, and the ratio in words."""


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that one bench has in the table."""

    bench: str
    of: Callable[[Tables], Iterator[Cells]]


def _number(value: float) -> str:
    """Return three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _rate(value: float) -> str:
    return f"{_number(value)}/s"


def _ms(value: float) -> str:
    return f"{_number(value)} ms"


def _speed(times: float) -> str:
    """Return how fast ours is: so many times the other's time to ours."""
    if times >= 1:
        return f"{_number(times)} times as fast"
    return f"{_number(1 / times)} times as long"


def _share(ratio: float) -> str:
    return f"{ratio:.2f} of it"


def _middle(rows: Sequence[Row], key: str) -> float:
    values = sorted(row[key] for row in rows)
    return float(values[len(values) // 2])


def _encoder(tables: Tables) -> Iterator[Cells]:
    rounds = tables["face_recognition"]
    ours, theirs = _middle(rounds, "ours_ms"), _middle(rounds, "face_recognition_ms")
    what = "a booking photo of 480x600 read, one core"
    yield what, _ms(ours), f"{_ms(theirs)}, `face_recognition`", _speed(_middle(rounds, "ratio"))
    whole = next(row for row in tables["stages"] if row["stage"] == "whole photo")
    limit = f"{_ms(whole['limit_ms'])}, decoder and networks alone"
    yield "", _ms(whole["ours_ms"]), limit, _speed(1 / whole["ratio"])


def _detection(tables: Tables) -> Iterator[Cells]:
    for row in tables["sizes"]:
        if row["longer_side_in_faces"] in {12, 24}:
            part = f"1/{row['longer_side_in_faces']}"
            missed = f"missed {row['low']:.1%} to {row['high']:.1%} (95 %)"
            what = f"upright faces of {part} of the photo's longer side"
            yield what, f"{row['found']:,} of {row['shown']:,} found", missed, ""


def _indexing(tables: Tables) -> Iterator[Cells]:
    for row in tables["indexing"]:
        what, served = f"indexing, {row['photos']}", _rate(row["served_a_second"])
        bare = f"{_rate(row['bare_a_second'])}, the same stages in a bare loop"
        yield what, served, bare, _share(row["ratio"])
        if "face_recognition_a_second" in row:
            peer = f"{_rate(row['face_recognition_a_second'])}, `face_recognition`'s own loop"
            yield "", served, peer, _speed(row["times_faster"])


def _searching(tables: Tables) -> Iterator[Cells]:
    [row] = tables["search"]
    what, bare = f"`POST /search`, {row['faces']:,} faces", "decode, encode and match called bare"
    yield what, _ms(row["ms"]), f"{_ms(row['bare_ms'])}, {bare}", _speed(1 / row["ratio"])
    ready = max(one["ready_s"] for one in tables["start"])
    memory = tables["memory"][0]
    held = f"{memory['service_mb']:.0f} MB; each encoder process {memory['encoder_mb']:.0f} MB"
    yield f"memory at {row['faces']:,} faces", held, "", ""
    yield "ready after a start", f"{ready:.1f} s", "", ""


def _gallery(tables: Tables) -> Iterator[Cells]:
    for row in tables["match"]:
        if row["lie"] == "all directions":
            read = f"{_ms(row['read_ms'])}, reading the templates once"
            yield (
                f"the match alone, {row['templates']:,}",
                _ms(row["match_ms"]),
                read,
                _speed(1 / row["ratio"]),
            )


def _vectors(tables: Tables) -> Iterator[Cells]:
    rows = [row for row in tables["search"] if row["kind"] in _NEIGHBOURS]
    for row in sorted(rows, key=lambda one: one["templates"]):
        what, measured = f"ten nearest of {row['templates']:,}, one core", _ms(row["candid_ms"])
        yield what, f"{measured}, exact", _told(row), _speed(row["ratio"])


_NEIGHBOURS: Final = {"pgvector, exact", "faiss, flat float16"}


def _told(row: Row) -> str:
    return f"{_ms(row['ms'])}, {row['kind']}"


def _graphs(tables: Tables) -> Iterator[Cells]:
    graphs = [
        row for row in tables["search"] if row["kind"] == "faiss, HNSW float32" and "ms" in row
    ]
    if graphs:
        row = max(graphs, key=lambda one: one["templates"])
        found = f"{_told(row)}: finds {row['of_true_ten']:.0%} of the true ten"
        what = f"ten nearest of {row['templates']:,}, one core"
        yield what, f"{_ms(row['candid_ms'])}, all of them", found, _speed(row["ratio"])


def _systems(tables: Tables) -> Iterator[Cells]:
    rows = [row for row in tables["find"] if "ms" in row]  # others were not installed, or failed
    size = max((row["templates"] for row in rows), default=0)
    for row in rows:
        if row["templates"] == size and row["what"] == "photo to candidates":
            theirs = f"{_ms(row['ms'])}, {row['system']}"
            yield (
                f"photo to candidates, {size:,}",
                _ms(row["candid_ms"]),
                theirs,
                _speed(row["ratio"]),
            )


def _service_load(tables: Tables) -> Iterator[Cells]:
    for row in tables["search"]:
        if row["clients"] in {1, 8, 64}:
            waited = f"half within {_ms(row['p50_ms'])}, 99 of 100 within {_ms(row['p99_ms'])}"
            yield f"searches, {row['clients']} at once", _rate(row["a_second"]), waited, ""


def _trust(tables: Tables) -> Iterator[Cells]:
    [row] = tables["search"]
    what = "a search with key, policy, chained audit, kept probe"
    yield (
        what,
        _ms(row["with_ms"]),
        f"{_ms(row['without_ms'])} without them",
        _speed(1 / row["ratio"]),
    )


def _crowd(tables: Tables) -> Iterator[Cells]:
    [row] = tables["service"]
    what = "health check while 200 search at once, 99th of 100"
    yield what, _ms(row["health_busy_p99_ms"]), f"{_ms(row['health_calm_p99_ms'])} when calm", ""


def _audit(tables: Tables) -> Iterator[Cells]:
    [row] = tables["written"]
    plain = f"{_rate(row['plain_a_second'])} without the chain"
    yield "audit records written", _rate(row["chained_a_second"]), plain, _share(row["ratio"])
    [verified] = tables["verified"]
    yield "audit records verified", _rate(verified["a_second"]), "", ""


def _sealing(tables: Tables) -> Iterator[Cells]:
    [row] = tables["loaded"]
    what, clear = f"{row['templates']:,} sealed templates opened at a start", "in the clear"
    ratio = _speed(row["plain_s"] / row["sealed_s"])
    yield what, f"{_number(row['sealed_s'])} s", f"{_number(row['plain_s'])} s {clear}", ratio


def _importing(tables: Tables) -> Iterator[Cells]:
    for row in tables["import"]:
        cores = f"import of {row['photos']:,} photos, {row['cores']} core{'s' * (row['cores'] > 1)}"
        bare = f"{_rate(row['bare_a_second'])}, the bare loop"
        yield cores, _rate(row["import_a_second"]), bare, _share(row["ratio"])


def _import_overhead(tables: Tables) -> Iterator[Cells]:
    for row in tables["import"]:
        yield f"import without reading photos: {row['what']}", _rate(row["a_second"]), "", ""


def _quota(tables: Tables) -> Iterator[Cells]:
    services = {1: "one service", 3: "three services"}
    for row in tables["quota"]:
        if row["run"] in {"50x1-import", "50x3-import"}:
            what = "import on a simulated Rekognition (it is not AWS)"
            quota = f"its quota of {row['quota']}, {services[int(row['services'])]}"
            yield what, "", quota, _share(float(row["indexed / quota"]))


def _import_memory(tables: Tables) -> Iterator[Cells]:
    rows = tables["memory"]
    for row in (rows[0], rows[-1]):
        service = row["service_mb"] - row["of_it_templates_mb"]
        held = f"service {service:.0f} MB without the templates, worker {row['worker_mb']:.0f} MB"
        yield f"memory at the end of an import of {row['items']:,}", held, "", ""


def _killing(tables: Tables) -> Iterator[Cells]:
    [row] = tables["killed"]
    what = f"import of {row['photos']:,} photos, {row['kills']} times `kill -9`"
    lost = row["indexed"] - row["records"]
    measured = f"{lost:,} lost, {row['double']:,} double"
    yield what, measured, f"{row['done_twice_share']:.2%} done twice", ""


def _change_of_model(tables: Tables) -> Iterator[Cells]:
    [row], searches = tables["change"], tables["searches"]
    failed, mixed = (sum(one[key] for one in searches) for key in ("failed", "mixed"))
    asked = sum(one["searches"] for one in searches)
    what = f"another model for {row['photos']:,} photos, {asked:,} searches meanwhile"
    yield what, f"{failed} failed, {mixed} mixed", f"the switch took {row['switched_s']:.2g} s", ""


def _jms(tables: Tables) -> Iterator[Cells]:
    slow, _, open_breaker = (row for row in tables["searches"] if row["jms"] != "none")
    what = f"{slow['a_second']:.0f} searches a second with a JMS that {slow['jms']}"
    calls = f"calls to it a search: {slow['calls_a_search']:.2g}"
    yield what, f"{_ms(slow['added_ms'])} more at the median", calls, ""
    added = f"{open_breaker['added_ms']:+.1f} ms at the median"
    yield "the same with a JMS that hangs, once the breaker is open", added, "no JMS", ""


LINES: Final = (
    Lines("encoder", _encoder),
    Lines("detection", _detection),
    Lines("systems", _systems),
    Lines("searching", _searching),
    Lines("service_load", _service_load),
    Lines("gallery", _gallery),
    Lines("vectors", _vectors),
    Lines("vectors", _graphs),
    Lines("indexing", _indexing),
    Lines("importing", _importing),
    Lines("import_overhead", _import_overhead),
    Lines("trust", _trust),
    Lines("crowd", _crowd),
    Lines("audit", _audit),
    Lines("sealing", _sealing),
    Lines("quota", _quota),
    Lines("import_memory", _import_memory),
    Lines("killing", _killing),
    Lines("change_of_model", _change_of_model),
    Lines("jms", _jms),
)
