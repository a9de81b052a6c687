"""What is said of a blind test, in sentences: to read, to print and to sign."""

from collections.abc import Iterator, Sequence
from typing import Final

from app.domain.blind_score import BlindOutcome, FoundWithin, OpenedBlindTest
from app.domain.blind_test import NOT_IN_GALLERY

NOT_SAID: Final = (
    "A candidate is a lead for human review and may be somebody else. It is not an identification. "
    "This test says how often the service brought back the right person for these photos in this "
    "gallery on that day; it says nothing of what people then made of the candidates, nor how "
    "often it would err on other photos or among groups of people that are not in the test."
)


def signers_of(opened: OpenedBlindTest) -> list[tuple[str, str]]:
    """Return who signs, and as what."""
    return [
        ("Knew the answers", opened.test.keeper),
        ("Searched", opened.results.operator),
        ("Witness", ""),
    ]


def facts_of(opened: OpenedBlindTest) -> list[tuple[str, str]]:
    """Return what was tested, by whom and when."""
    test, results = opened.test, opened.results
    facts = results.facts
    faces = str(facts.most_faces)
    if facts.fewest_faces != facts.most_faces:
        faces = f"{facts.fewest_faces} to {facts.most_faces}"
    noted = opened.noted
    return [
        ("Test", test.test_id),
        ("Answers sealed", f"{_minute(test.sealed_at)} by {test.keeper}"),
        ("Probes searched", f"{_minute(results.searched_at)} by {results.operator}"),
        ("Opened together", _minute(opened.opened_at)),
        ("Engine", f"{facts.engine}, model {facts.model}"),
        ("Score scale", facts.score_scale),
        ("Gallery", f"{faces} faces"),
        ("Candidates asked for", f"{facts.candidates_asked} a probe"),
        ("Policy profile", facts.policy or "none"),
        ("Photos", f"{len(test.probes)}, SHA-256 of the set {test.set_sha256}"),
        ("Seal of the answers", _sealed(test.answers_seal, noted.answers)),
        ("Seal of the results", _sealed(results.seal, noted.results)),
    ]


def result_of(opened: OpenedBlindTest) -> list[str]:
    """Return what the test showed, a sentence each."""
    mated, non_mated = opened.mated, opened.non_mated
    said = [_found(one) for one in opened.found]
    if not mated:
        said.append("No probe showed a person who is in the gallery: nothing is said of finding.")
    elif opened.mated_people < len(mated):
        said.append(
            f"These {len(mated)} probes show {opened.mated_people} people; probes of one person "
            "are not independent, and the interval is wider than it says."
        )
    if opened.left_out:
        said.append(_left_out(opened.left_out))
    if refused := sum(one.returned.refused is not None for one in mated):
        said.append(
            f"{refused} of the probes of people in the gallery could not be searched and count as "
            "not found."
        )
    if non_mated:
        came = sum(bool(one.returned.candidates) for one in non_mated)
        said.append(
            f"{len(non_mated)} probes showed a person who is not in the gallery. For {came} of "
            "them candidates came back all the same, every one of them somebody else."
        )
        said += _as_alike(opened)
    else:
        said.append(
            "Every probe showed a person in the gallery: nothing is said of what comes back for "
            "others."
        )
    return said


def came_back(one: BlindOutcome) -> str:
    """Return what came back for a probe, in a few words."""
    returned = one.returned
    if returned.refused:
        return f"not searched: {returned.refused}"
    withheld = f", {returned.withheld} withheld" if returned.withheld else ""
    if not returned.candidates:
        return f"no candidate{withheld}"
    first = returned.candidates[0]
    return (
        f"{len(returned.candidates)} candidates{withheld}, first "
        f"{first.external_image_ids[0]} at {first.similarity:.1f}"
    )


def truth_of(one: BlindOutcome) -> str:
    """Return the sealed answer of a probe."""
    return "; ".join(one.truth) or NOT_IN_GALLERY


def place_of(one: BlindOutcome) -> str:
    """Return where the right person came."""
    if not one.counts:
        return f"left out: the same file as {one.returned.same_file}"
    if not one.is_mated:
        return "-"
    return "not returned" if one.rank is None else f"rank {one.rank}"


def _found(found: FoundWithin) -> str:
    where = "first" if found.rank == 1 else f"among the first {found.rank}"
    return (
        f"The right person came back {where} for {found.count} of {found.of} probes of people in "
        f"the gallery (95 % interval {100 * found.low:.0f} % "
        f"to {100 * found.high:.0f} %)."
    )


def _left_out(left_out: Sequence[BlindOutcome]) -> str:
    numbers = ", ".join(str(one.number) for one in left_out)
    return (
        "Left out of every figure, for each is byte for byte a photo that is enrolled, and to find "
        f"a file again says nothing of finding a person: probe {numbers}."
    )


def _sealed(seal: str, noted: str | None) -> str:
    return f"{seal} ({'held against the seal that was noted' if noted else 'not noted apart'})"


def _minute(at: str) -> str:
    return f"{at[:10]} {at[11:16]} UTC"


def _some(count: int) -> str:
    return f"In {count}" if count else "In none"


def _as_alike(opened: OpenedBlindTest) -> Iterator[str]:
    """Say how many strangers scored as high as right people: why a score is no identification."""
    right = [
        candidate.similarity
        for one in opened.mated
        for candidate in one.returned.candidates
        if candidate.rank == one.rank
    ]
    firsts = [c[0].similarity for one in opened.non_mated if (c := one.returned.candidates)]
    if right and firsts:
        alike = sum(one >= min(right) for one in firsts)
        yield (
            f"The right people's similarities went from {min(right):.1f} to {max(right):.1f}; the "
            f"highest of a wrong person for the others was {max(firsts):.1f}. "
            f"{_some(alike)} of these {len(opened.non_mated)} probes a wrong person scored as high "
            "as a right one had."
        )
