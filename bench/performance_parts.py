"""What the page of figures says of each bench, and how it draws it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench import plots

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
Plot = Callable[[Tables], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the page."""

    bench: str
    title: str
    text: str
    plots: Mapping[str, Plot] = field(default_factory=dict)
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By table, those that the text tells of: results without them are of an older bench."""


def _search_times(tables: Tables, exact: str) -> Mapping[str, plots.Points]:
    series: dict[str, list[tuple[float, float]]] = {}
    for row in tables.get("search", ()):
        if "ms" in row and (row["exact"] == exact or row["kind"] == "Candid"):
            series.setdefault(row["kind"], []).append((row["templates"], row["ms"]))
    return series


def _exact(tables: Tables) -> str:
    title, axes = "One search for the ten nearest, one core", ("templates", "milliseconds")
    return plots.lines(_search_times(tables, "yes"), title, *axes, log="xy")


def _graphs(tables: Tables) -> str:
    title, axes = "Approximate graphs beside Candid's exact search", ("templates", "milliseconds")
    return plots.lines(_search_times(tables, "no"), title, *axes, log="xy")


def _percentiles(tables: Tables) -> str:
    names = {"p50": "half", "p90": "nine of ten", "p99": "99 of 100"}
    series = {
        f"{what}, {said}": points
        for what in ("search", "index")
        for key, said in names.items()
        if (points := _told(tables.get(what, ()), f"{key}_ms"))
    }
    title, axes = "Answered within", ("clients at once", "milliseconds")
    return plots.lines(series, title, *axes, log="xy", ticks=True)


def _told(rows: Sequence[Mapping[str, Any]], column: str) -> plots.Points:
    """Return a column by the number of clients, where there was enough to tell it."""
    return [(row["clients"], row[column]) for row in rows if row[column] is not None]


def _throughput(tables: Tables) -> str:
    series = {
        f"POST /{what}": [(row["clients"], row["a_second"]) for row in tables[what]]
        for what in ("search", "index")
        if tables.get(what)
    }
    title, axes = "Calls served a second", ("clients at once", "a second")
    return plots.lines(series, title, *axes, log="x", ticks=True)


_STAGES = {
    "before_ms": "network, waiting for a turn",
    "rest_ms": "waiting for an encoder, records",
    "decode_ms": "decode",
    "encode_ms": "encode",
    "match_ms": "match",
    "enrich_ms": "JMS",
}


def _where(tables: Tables) -> str:
    searches = tables.get("search", ())
    rows = [row for row in searches if "before_ms" in row]  # some search was served
    waited = [sum(row[key] for key in _STAGES) for row in rows]
    parts = {
        said: [100 * row[key] / all_of_it for row, all_of_it in zip(rows, waited, strict=True)]
        for key, said in _STAGES.items()
    }
    names = [str(row["clients"]) for row in rows]
    title, y = "Where the time of a search goes", "percent of what a client waited"
    return plots.bars(parts, names, title, "clients at once", y)


PARTS = (
    Part(
        "vectors",
        "Search among templates",
        "Each contender is a process of its own, loaded with the same templates, and asked "
        "(versions: requirements/peers.lock) for the ten nearest on one core in turns with "
        "Candid's gallery (`time`: the contender's, `candid ms`: ours in those turns). `ratio` is "
        "the median of the turns' ratios, between its quartiles. Candid's own row takes turns with "
        "a second process of Candid: its ratio tells what chance does, and its times are of caches "
        "shared as everybody else's are. `of true ten`: how many of the truly nearest ten it "
        "found, on average. They are the nearest by the inner product of the templates as float16 "
        "has rounded them, which is Candid's own score; who divides by a template's rounded "
        "length, as sqlite-vec's cosine does, ranks close neighbours a little otherwise. `right in "
        "five`: how often the person that a probe shows was among the first five. Candid and "
        "usearch hold float16, faiss and pgvector what their rows name, the others float32. "
        "Graphs have M 16, ef_construction 100 and ef_search 100 wherever "
        "they take them. pgvector runs in the embedded PostgreSQL with its usual settings (128 MB "
        "of shared buffers), its memory is the server's and not counted; memory is without mapped "
        "files, and left out where it is too little to tell; the databases keep their templates "
        "durably, faiss and usearch do not, and Candid's gallery has them in PostgreSQL besides. "
        "Loading uses all cores and begins with the library there and the server running; Qdrant "
        "and LanceDB, whose pools of threads are sized when they start, are then opened anew on "
        "the one core. How cost grows is the exponent b of time = a · size^b over the sizes named, "
        "three or more, of the times in turns.",
        {"exact": _exact, "graphs": _graphs},
        {"search": ("lower_quartile", "upper_quartile", "turns")},
    ),
    Part(
        "systems",
        "Whole face systems, from a photo to its candidates",
        "Every one on one core from its start, in its process, without a service round it, in "
        "turns with Candid's encoder and gallery called in the same way; `ratio` is the median of "
        "the turns' ratios, between its quartiles. face_recognition and DeepFace are the packages "
        "themselves with the network whose weights Candid uses (DeepFace's model `Dlib`, its "
        "detector dlib). Every system encoded another portrait of the probes' people itself, and "
        "they stand among the others: `right in five` says how often it had the right person "
        "among the first five, `candid right in five` how often Candid had in the same turns. "
        "DeepFace's `search` reads its database at each call, here SQLite's; its databases on "
        "servers, and its approximate search by `build_index`, were not run. CompreFace is not run "
        "here: **CompreFace's algorithm, re-made** is its search as its documentation and "
        "maintainers describe it (all embeddings in one matrix, Euclidean distance to each, a "
        "hyperbolic tangent, all sorted), in numpy; it is compared with the search alone.",
        columns={"find": ("lower_quartile", "upper_quartile", "turns", "right_in_five")},
    ),
    Part(
        "encoder",
        "The encoder, stage by stage",
        "On one core, booking photos of 480x600. The limit is what Pillow and onnxruntime take for "
        "the same pixels called alone: to decode the JPEG, to run the detector once, the network "
        "on a chip and its mirror image. face_recognition is its own loop, over the same photos in "
        "turns, a third of them each; the processor's time.",
        columns={"face_recognition": ("photos", "ratio")},
    ),
    Part(
        "same_probes",
        "The same probes by Candid and by face_recognition",
        "Mated probes of LFW drawn with a seed. Each program finds the faces, takes the one "
        "nearest the middle and ranks by its own distance; a probe without a face that it finds "
        "is missed (`not seen`), and so is one in whose enrolled photo it finds none (`not "
        "enrolled`). `alone`: found within that rank by this program and not by the other; `p` is "
        "how likely chance alone parts the two as far (McNemar, exact).",
        columns={"ranks": ("not_enrolled",), "difference": ("p",)},
    ),
    Part(
        "calibration",
        "Others expected and observed",
        "A gallery of half of LFW's people, calibrated on itself; the other half, and people of "
        "another set by group, none of them enrolled, are searched in it. `others`: how many "
        "other people one search is to show at that score; expected and observed are of all "
        "searches together, with their 95 % intervals. `parts` says whether more or fewer were "
        "observed than expected, the difference held against both intervals (their halves added "
        "in squares).",
    ),
    Part(
        "detection",
        "How small a face is found",
        "Real heads set into scenes without people, at random places; and what is taken for a "
        "face where nobody is.",
    ),
    Part(
        "service_load",
        "A service under load",
        "A service with a filled gallery; so many clients, each sending its next photo once the "
        "last is answered. The sender is a process of its own on the same cores (`sender of a "
        "core`: what it took of them). `a second` counts the calls served while they were sent, "
        "`drained` is how long those under way then took. The 99th of 100 is told of 100 calls "
        "and more. Milliseconds of stages are averages and add up to what a client waited.",
        {"percentiles": _percentiles, "throughput": _throughput, "where": _where},
    ),
    Part(
        "searching",
        "One search of the service against its parts",
        "`POST /search` one at a time, against decode, encode and match called bare in a loop.",
    ),
    Part(
        "gallery",
        "The match against reading the templates once",
        "For as many faces as a search for five people takes first. A match reads an 8-bit copy "
        "of every template; `read` sums up the float16 templates.",
    ),
    Part(
        "indexing",
        "Photos indexed a second",
        "`POST /index` from six clients, against the same stages in a bare loop of two processes, "
        "and `face_recognition`'s own loop of two processes: all of the same photos, in turns, a "
        "third of them each. Ratios are medians of the three. Photos that were `refused` show no "
        "face that may be enrolled; they are read like the others, and counted in the rates.",
        columns={"indexing": ("sent", "refused")},
    ),
    Part(
        "importing",
        "A whole import",
        "A folder imported on both cores and on one, against bare loops on as many.",
    ),
    Part(
        "import_overhead",
        "An import without reading photos",
        "The engine enrols at once; what remains is listing, recording and queueing.",
    ),
    Part("import_memory", "Memory of an import", "By the length of the listing."),
    Part(
        "trust",
        "What trust costs a search",
        "With a key, a policy, the chained audit and a kept probe; and without them, in turns.",
    ),
    Part("audit", "The audit's chain", "Records written with and without it, and verified."),
    Part(
        "sealing",
        "What sealing costs",
        "Templates opened at a start and photos put and got, sealed and in the clear.",
    ),
    Part(
        "crowd",
        "200 searches at once",
        "By two callers, three quarters of them by one; the health check is asked meanwhile.",
    ),
    Part("sandbox", "A call into the sandbox", "Against the same work in bare loops."),
    Part(
        "jms",
        "A slow and a hanging JMS",
        "Searches of five candidates each, whole but for HTTP and the engine, sent when their time "
        "comes; no booking is kept, so that every search needs the JMS. `added`: to the median of "
        "those without a JMS.",
        columns={"searches": ("a_second",)},
    ),
    Part(
        "quota",
        "A quota of Amazon Rekognition, simulated",
        "Whole services in front of a simulation; it is not AWS.",
    ),
    Part("killing", "Killed while importing", "Service, workers and PostgreSQL, again and again."),
    Part(
        "change_of_model", "Another model while searches run", "Two services, searched meanwhile."
    ),
)
