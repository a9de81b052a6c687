"""The review on paper: where it stands, its rules, and every entry in its order."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from reportlab.platypus import Flowable

from adapters.disclosure_paper.layout import (
    FAINT,
    MOST_WRITTEN,
    SUBHEADING,
    heading,
    pairs,
    text,
    written,
)
from adapters.disclosure_paper.letters import one_line

_MOST_OF_ALL: Final = 250_000  # characters of all notes on paper, some hundred pages
_LEAST: Final = 200
_NOT_BEGUN: Final = "Nobody has reviewed this search in Candid."
_STATES: Final = {
    "awaiting_probe": "Nobody has decided yet whether the probe is suitable.",
    "in_review": "Answers of reviewers are awaited.",
    "disagreement": "The reviewers disagree; nobody has decided between them.",
    "awaiting_release": "The reviewers hold somebody to be a possible lead. It is not released.",
    "not_released": "A possible lead was agreed on. The review was closed without its release.",
    "lead_released": "A possible lead was released to the case.",
    "no_lead": "No lead: none of the candidates was pursued.",
    "inconclusive": "Inconclusive: no lead, and at least one candidate could not be told.",
    "unsuitable": "The probe was found unsuitable; no candidate was reviewed on it.",
}
_TOLD: Final = {
    "probe": "Decision on the probe",
    "answer": "Answer",
    "release": "Release",
    "close": "Close without a release",
}
_WITHDRAWN: Final = (
    "Since the release a reviewer has corrected an answer: what was released is no longer agreed "
    "on."
)


def review_told(review: Mapping[str, Any]) -> Iterator[Flowable]:
    """Yield the section."""
    yield heading("Review by people")
    if not review["is_begun"]:
        yield text(_NOT_BEGUN)
        return
    yield text(_STATES[review["state"]])
    if review["release_stands"] is False:
        yield text(_WITHDRAWN)
    yield pairs(
        [
            ("Rules", _rules(review["rules"])),
            ("Held to be leads", _ranks(review["leads"])),
            ("Released", _ranks(review["released"])),
        ]
    )
    most = _share(review["entries"])
    for entry in review["entries"]:
        yield from _entry(entry, most)


def _rules(rules: Mapping[str, Any]) -> str:
    count = rules["reviewers"]
    said = [f"{rules['profile']}, version {rules['version']}: "]
    said.append("one reviewer" if count == 1 else f"{count} reviewers, each without the others")
    if rules["requester_excluded"]:
        said.append("; not whoever made the search or asked for it")
    if rules["corroboration_required"]:
        said.append("; a lead is released with other evidence on record only")
    return "".join(said) + "."


def _ranks(ranks: list[int] | None) -> str:
    if ranks is None:
        return "Not settled"
    return ", ".join(f"candidate of rank {rank}" for rank in ranks) or "None"


def _share(entries: Sequence[Mapping[str, Any]]) -> int:
    """Return how many characters of each note stand on paper: all of few, little of thousands."""
    notes = sum(2 + len(entry.get("answer", {}).get("findings", ())) for entry in entries)
    return max(_LEAST, min(MOST_WRITTEN, _MOST_OF_ALL // max(1, notes)))


def _entry(entry: Mapping[str, Any], most: int) -> Iterator[Flowable]:
    what = next(name for name in _TOLD if name in entry)
    named = _TOLD[what]
    corrects = f", in place of entry {entry['corrects']}" if entry["corrects"] else ""
    yield text(f"Entry {entry['number']}: {named}{corrects}", SUBHEADING)
    reviewer, key = one_line(entry["reviewer"], _LEAST), one_line(entry["key"], _LEAST)
    yield text(f"{entry['at']}, by {reviewer} (key {key})", FAINT)
    tell = {"probe": _probe, "answer": _answer, "release": _release, "close": _close}[what]
    yield from tell(entry[what], most)
    whole = (
        "" if entry["is_whole"] else " It is of the entry with the texts that are withheld here."
    )
    yield text(f"SHA-256 in the audit: {entry['sha256']}.{whole}", FAINT)


def _probe(probe: Mapping[str, Any], most: int) -> Iterator[Flowable]:
    reasons = ", ".join(_plain(one) for one in probe["reasons"])
    yield text(f"The probe is {probe['suitability']}{': ' + reasons if reasons else ''}.")
    if probe["notes"]:
        yield written("Notes on the probe", probe["notes"], most)


def _answer(answer: Mapping[str, Any], most: int) -> Iterator[Flowable]:
    blind = (
        "Given without having seen scores, names or other answers."
        if answer["blind"]
        else "Given after scores, names or other answers had been seen."
    )
    yield text(blind)
    if answer["none_of_these"]:
        yield text("None of these.")
    for finding in answer["findings"]:
        rank = finding["candidate"]
        seen = [f"{_plain(name)} {_plain(how)}" for name, how in finding["features"].items()]
        looked = f" Looked at: {', '.join(seen)}." if seen else ""
        yield text(f"Candidate of rank {rank}: {_plain(finding['conclusion'])}.{looked}")
        if finding["notes"]:
            yield written(f"Notes on rank {rank}", finding["notes"], most)
    if answer["notes"]:
        yield written("Notes on the answer", answer["notes"], most)


def _release(release: Mapping[str, Any], most: int) -> Iterator[Flowable]:
    yield text(f"The candidate of rank {release['candidate']} was released to the case.")
    evidence = release["corroboration"]
    if evidence is None:
        yield text("No other evidence was recorded with it.")
        return
    yield text(f"Other evidence: {_plain(evidence['kind'])}.")
    yield written("Its reference", evidence["reference"], _LEAST)
    yield written("What it is", evidence["text"], most)


def _close(close: Mapping[str, Any], most: int) -> Iterator[Flowable]:
    yield written("Its reason", close["reason"], most)


def _plain(code: str) -> str:
    return code.replace("_", " ")
