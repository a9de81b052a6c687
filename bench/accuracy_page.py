"""docs/accuracy.md out of results of `candid evaluate`, and out of nothing else."""

from collections.abc import Iterator, Sequence
from typing import Final

from adapters.face_engine.local.description import description
from adapters.face_engine.local.reading import EncoderFacts
from app.domain.evaluation import Evaluation, GroupedBy, Rate, Role
from app.domain.evaluation.told import LEAD, between, counted, doubts_of, percent
from app.domain.evaluation.told_groups import by_group_told, compared_at

_HEAD: Final = """\
# How exact it is, as measured

This page is generated (`make accuracy`, out of the results in [accuracy/](accuracy/)); a test holds
it to them. How to measure on your own photos, which alone says how it is for you:
[Evaluate](evaluate.md).

{lead}

FNIR, the false negative identification rate, is the share of searches for a person in the gallery
that miss them. The first table, and those that say "not among the first", are of searches without
a threshold, whose candidates people look at; those that name an FPIR or a raw score are of one. A
photo in which no face was found counts as a miss.

Behind each rate stands its count, and an interval of 95 %: at each end the wider one of two. The
bootstrap draws the set's people anew. Wilson's is on as many trials as are independent: where
nobody failed, as many as there are people; of comparisons, as many as there are pairs of people
with nobody in common, but a group's are held to go together as closely as those of everybody at the
same threshold. Where fewer than 30 events stand behind a rate, or events of fewer than 30 people or
of fewer than 30 pairs of people with nobody in common, quote the interval and not the rate.
"""
_LIMITS: Final = """\
## What no figure above says

Press photographs and studio portraits are no booking photos, and London's groups are small. What is
known of the errors between groups on booking photos, the engine says itself wherever it describes
itself:
"""
Titled = tuple[str, str, Evaluation]


def accuracy_page(results: Sequence[Titled]) -> str:
    """Return the page: title, description and result of each set."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Sequence[Titled]) -> Iterator[str]:
    yield _HEAD.format(lead=LEAD)
    yield "| set | searches | gallery | right person first | among the first five |"
    yield "|---|---|---|---|---|"
    for title, _, one in results:
        yield _summary(title, one)
    for title, said, one in results:
        yield from ("", f"## {title}", "", said, "")
        yield from _facts(one)
        yield ""
        yield from _ranks(one)
        yield ""
        yield from _thresholds(one)
        yield ""
        yield from _photos(one)
        for grouped in one.by_group:
            yield ""
            yield from _groups(grouped)
    yield ""
    yield _LIMITS
    for model in sorted({one.facts.model for _, _, one in results}):
        for note in description(EncoderFacts(model, dimensions=128, site=False)).notes:
            yield f"- {note}"


def _summary(title: str, one: Evaluation) -> str:
    found = {point.rank: _found(point.fnir) for point in one.open_set.investigation}
    mated = one.facts.photos.get(Role.PROBE_MATED, 0)
    people = f"{one.facts.gallery_people:,} people"
    return f"| {title} | {mated:,} | {people} | {found[1]} | {found[5]} |"


def _found(missed: Rate) -> str:
    if missed.value is None or missed.interval is None or missed.interval.high is None:
        return "-"
    low, high = 1 - missed.interval.high, 1 - missed.interval.low
    return (
        f"{percent(1 - missed.value)} ({missed.n - missed.k:,}; {percent(low)} to {percent(high)})"
    )


def _facts(one: Evaluation) -> Iterator[str]:
    facts = one.facts
    photos = ", ".join(
        f"{count:,} {role.replace('_', ' ')}" for role, count in facts.photos.items()
    )
    roles = "given by the set" if facts.seed is None else f"drawn with the seed {facts.seed}"
    yield f"- Measured {facts.at:%Y-%m-%d}, Candid {facts.candid_version}, commit {facts.commit}"
    yield f"- Engine {facts.engine}, model {facts.model}; face of a photo: {facts.face}"
    yield f"- {facts.people:,} people; photos: {photos}; roles {roles}"
    yield (
        f"- Intervals by {facts.bootstrap_samples:,} samples of the people, seed "
        f"{facts.bootstrap_seed}"
    )
    yield f"- Labels and photos: SHA-256 {facts.set_sha256}"


def _ranks(one: Evaluation) -> Iterator[str]:
    yield "| not among the first | FNIR | count | 95 % interval | |"
    yield "|---|---|---|---|---|"
    for point in one.open_set.investigation:
        yield f"| {point.rank} | {_cells(point.fnir)} |"


def _thresholds(one: Evaluation) -> Iterator[str]:
    yield "| at a threshold with FPIR of at most | FNIR | count | 95 % interval | |"
    yield "|---|---|---|---|---|"
    for point in one.open_set.identification:
        if point.fnir is None:
            yield f"| {percent(point.fpir)} | - | - | - | not estimable: {point.why_not} |"
        else:
            figures, _, _ = _cells(point.fnir).rpartition(" | ")
            yield f"| {percent(point.fpir)} | {figures} | {doubts_of(point)} |"


def _groups(grouped: GroupedBy) -> Iterator[str]:
    shared = compared_at(grouped)
    if shared is None:
        return
    yield from by_group_told(grouped)
    yield (
        f"At the raw score {shared.threshold:.4f} (similarity {shared.similarity:.1f}), where the "
        f"false match rate over all is {percent(shared.false_match_rate)}:"
    )
    yield ""
    yield f"| {grouped.column} | people | false match rate | count | 95 % interval | |"
    yield "|---|---|---|---|---|---|"
    for group in shared.groups:
        figures, _, why = _cells(group.false_match).rpartition(" | ")
        remark = "; ".join(filter(None, (why, group.warning)))
        yield f"| {group.group} | {group.people} | {figures} | {remark} |"


def _photos(one: Evaluation) -> Iterator[str]:
    reading = one.reading
    yield "| photos | rate | count | 95 % interval | |"
    yield "|---|---|---|---|---|"
    yield f"| without a face, or unreadable | {_cells(reading.failure_to_detect)} |"
    yield f"| of the gallery, not enrolled | {_cells(reading.failure_to_enrol)} |"
    yield f"| of the probes, not searched | {_cells(reading.failure_to_search)} |"


def _cells(rate: Rate) -> str:
    value = "-" if rate.value is None else percent(rate.value)
    return f"{value} | {counted(rate)} | {between(rate.interval)} | {rate.not_estimable or ''}"
