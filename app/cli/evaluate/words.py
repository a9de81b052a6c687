"""An evaluation's figures in words."""

from app.domain.evaluation import EvaluationFacts, LabelDoubt, LabelDoubtKind, Rate, Role
from app.domain.evaluation.told_groups import Contrast, times

_ROLES = {
    Role.GALLERY_MATED: "enrolled and searched for",
    Role.GALLERY_DISTRACTOR: "enrolled beside them",
    Role.PROBE_MATED: "mated probes",
    Role.PROBE_NONMATED: "non-mated probes",
}


def measured_on(facts: EvaluationFacts) -> str:
    """Say what was measured, on what and how, in some lines."""
    photos = ", ".join(f"{facts.photos.get(role, 0):,} {words}" for role, words in _ROLES.items())
    roles = "given by the set" if facts.seed is None else f"drawn with seed {facts.seed}"
    commit = f", commit {facts.commit}" if facts.commit else ""
    return (
        f"Engine {facts.engine}, model {facts.model} (candid {facts.candid_version}{commit})\n"
        f"Set {facts.set_name}: {facts.people:,} people; {photos}; roles {roles}; face: "
        f"{facts.face}\n"
        f"Hash of the set {facts.set_sha256[:16]}; intervals: 95 of 100, the wider of the "
        f"bootstrap by person ({facts.bootstrap_samples:,} repetitions) and Wilson's"
    )


def share(rate: Rate) -> str:
    """Write a rate in per cent; nothing where nothing was tried."""
    return "" if rate.value is None else f"{100 * rate.value:.2f} %"


def interval(rate: Rate) -> str:
    """Write the interval of a rate in per cent."""
    if rate.interval is None or rate.interval.high is None:
        return ""
    return f"{100 * rate.interval.low:.2f} to {100 * rate.interval.high:.2f} %"


def in_words(rate: Rate) -> str:
    """Write a rate with its count and its interval; without its figure where that says nothing."""
    if not rate.n:
        return "nothing to count"
    figure = "too few events" if rate.not_estimable else share(rate)
    return f"{rate.k:,} of {rate.n:,}: {figure} ({interval(rate)})"


def in_contrast(contrast: Contrast) -> str:
    """Say how many times the worst group's rate is the best's, or why that is not told."""
    ratio, few = contrast.ratio, contrast.not_estimable
    if ratio is None:
        return f"not compared, for {contrast.why_not}"
    between = f"{ratio.worst} against {ratio.best}"
    said = "this set cannot tell" if ratio.tells_nothing else times(ratio, few)
    why = f" (not estimable as one figure; {few})" if few else ""
    picked = f". {contrast.picked}" if contrast.picked else ""
    return f"{between}: {said}{why}{picked}"


def doubted(doubt: LabelDoubt) -> str:
    """Name two photos whose labels somebody should check, and why."""
    pair = f"{doubt.image} ({doubt.person}) and {doubt.other_image} ({doubt.other_person})"
    if doubt.kind is LabelDoubtKind.TWO_NAMES:
        return f"{pair}: two people on record, very alike ({doubt.score:.4f})"
    return f"{pair}: one person on record, unlike ({doubt.score:.4f})"
