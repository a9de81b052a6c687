"""The report of an evaluation: the first page in plain words, then figures, then how."""

from collections.abc import Iterator

from adapters.evaluation_paper import curves, group_curves, tables
from adapters.evaluation_paper.elements import (
    Html,
    bullets,
    element,
    pairs,
    paragraphs,
    section,
    together,
)
from adapters.evaluation_paper.intervals import intervals_told, remarks_told
from adapters.evaluation_paper.page import page
from app.domain.audit_record import moment
from app.domain.evaluation import Evaluation, GroupedBy, SharedThreshold
from app.domain.evaluation.told import (
    found_within,
    percent,
    what_it_does_not_say,
    what_was_tested,
    with_a_threshold,
)
from app.domain.evaluation.told_groups import (
    TOO_FEW_COMPARISONS,
    Contrast,
    by_group_told,
    contrasts,
    counted_in_groups,
    small_groups,
    times,
)

_IN_WORDS = (1, 5)  # the ranks of the first page
_TOO_FEW = f"Nothing was compared: {TOO_FEW_COMPARISONS}."


def report_page(evaluation: Evaluation) -> str:
    """Return the page."""
    facts = evaluation.facts
    return page(
        f"Face search, measured on {facts.set_name}",
        f"Engine {facts.engine}, model {facts.model}, {facts.at:%Y-%m-%d}",
        *_in_plain_words(evaluation),
        _investigation(evaluation),
        _identification(evaluation),
        _scores(evaluation),
        *(_by_group(place, one) for place, one in enumerate(evaluation.by_group)),
        _photos(evaluation),
        _how(evaluation),
    )


def _in_plain_words(evaluation: Evaluation) -> Iterator[Html]:
    open_set = evaluation.open_set
    said = [one for one in open_set.investigation if one.rank in _IN_WORDS]
    yield section("What was tested", paragraphs(what_was_tested(evaluation)))
    yield section(
        "If the person is in the gallery",
        *(element("p", found_within(one), class_="lead") for one in reversed(said)),
        *(element("p", one) for one in _few(evaluation)),
    )
    thresholds = [
        with_a_threshold(one, evaluation.facts.scale_top) for one in open_set.identification
    ]
    yield section(
        "If the person is not in the gallery",
        element(
            "p",
            "Without a threshold every search brings back the people who look most alike, and then "
            "every one of them is somebody else. A threshold trades this against missing people:",
        ),
        bullets([one for one in thresholds if one] or ["That was not measured here: see below."]),
    )
    yield section("Against whom it errs", *_groups_in_words(evaluation))
    yield section("What it does not say", bullets(what_it_does_not_say(evaluation)))
    if remarks := remarks_told(evaluation):
        yield section("To be read with care", bullets(remarks), class_="warning")


def _few(evaluation: Evaluation) -> Iterator[str]:
    ranks = [
        str(one.rank)
        for one in evaluation.open_set.investigation
        if one.rank in _IN_WORDS and one.fnir.n and one.fnir.not_estimable
    ]
    if ranks:
        yield (
            f"At rank {' and '.join(ranks)} searches of fewer than 30 people failed. Quote the "
            "interval, not the figure alone: with so few failures the figure may be chance."
        )


def _groups_in_words(evaluation: Evaluation) -> Iterator[Html]:
    if not evaluation.by_group:
        yield element(
            "p",
            "This was not measured: the set does not say who belongs to which group. It is known "
            "of face search in general that errors are unequal, and no figure here excludes it.",
        )
    for one in evaluation.by_group:
        yield paragraphs(by_group_told(one))
        if small := small_groups(one):
            yield element(
                "p",
                f"Small groups, by {one.column}: {'; '.join(small)}.",
                class_="warning",
            )


def _investigation(evaluation: Evaluation) -> Html:
    return section(
        "Investigation: people look at the candidates",
        element(
            "p",
            "No threshold; a person compares the pictures. FNIR, the false negative identification "
            "rate, is the share of searches whose person is not among the first candidates.",
        ),
        tables.by_rank(evaluation.open_set.investigation),
        _plots(curves.cmc(evaluation.open_set)),
        class_="new-page",
    )


def _identification(evaluation: Evaluation) -> Html:
    return section(
        "Identification: a threshold decides",
        element(
            "p",
            "FPIR, the false positive identification rate, is the share of searches for people who "
            "are not in the gallery that bring back anybody at or above the threshold.",
        ),
        tables.by_false_positives(evaluation.open_set.identification),
        _plots(curves.det(evaluation.open_set, evaluation.facts.photos)),
    )


def _scores(evaluation: Evaluation) -> Html:
    thresholds = [
        (f"FPIR {percent(one.fpir)}", one.threshold)
        for one in evaluation.open_set.identification
        if one.threshold is not None
    ]
    plots = curves.scores(evaluation.open_set, evaluation.facts.score, thresholds)
    return section("Scores", _plots(plots))


def _by_group(place: int, grouped: GroupedBy) -> Html:
    return section(
        f"By {grouped.column.replace('_', ' ')}",
        element("p", " ".join(counted_in_groups(grouped))),
        *([] if grouped.thresholds else [element("p", _TOO_FEW, class_="warning")]),
        *(
            _shared(f"groups-{place}-{number}", grouped.column, one)
            for number, one in enumerate(grouped.thresholds)
        ),
    )


def _shared(name: str, column: str, shared: SharedThreshold) -> Html:
    return together(
        tables.by_group(column, shared),
        paragraphs(_worst_to_best(one) for one in contrasts(shared)),
        _plots(group_curves.groups(name, column, shared)),
    )


def _worst_to_best(contrast: Contrast) -> str:
    ratio, few = contrast.ratio, contrast.not_estimable
    what = f"Worst to best, {contrast.errors}"
    if ratio is None:
        return f"{what}: not compared, for {contrast.why_not}."
    said = f"{what}: {ratio.worst} {times(ratio, few)} {ratio.best}."
    if ratio.tells_nothing:
        said = f"{what}: whether {ratio.worst} has more than {ratio.best}, this set cannot tell."
    why = f"As one figure it is not estimable ({few})." if few else ""
    return " ".join(filter(None, (said, why, contrast.picked)))


def _photos(evaluation: Evaluation) -> Html:
    doubts = tables.doubts(evaluation) if evaluation.doubts else ()
    return section("Photos", tables.readings(evaluation), *tables.failures(evaluation), *doubts)


def _how(evaluation: Evaluation) -> Html:
    facts = evaluation.facts
    photos = ", ".join(
        f"{role.replace('_', ' ')} {count:,}" for role, count in facts.photos.items()
    )
    drawn = "given by the set" if facts.seed is None else f"drawn with the seed {facts.seed}"
    return section(
        "How it was measured",
        element(
            "p",
            "The definitions are NIST's for searches in an open set (FRTE 1:N): a mated search's "
            "person is in the gallery, a non-mated one's is not. A photo in which no face is found "
            f"counts as a miss. {intervals_told(evaluation)}",
        ),
        pairs(
            [
                ("Set", f"{facts.set_name}, SHA-256 {facts.set_sha256}"),
                ("Photos", photos),
                ("People", f"{facts.people:,}, of them {facts.gallery_people:,} in the gallery"),
                ("Roles", drawn),
                ("Face of a photo", facts.face),
                ("Intervals", f"{facts.bootstrap_samples:,} samples, seed {facts.bootstrap_seed}"),
                ("Engine and model", f"{facts.engine}, {facts.model}"),
                ("Raw score", facts.score),
                ("Score scale", f"{facts.score_scale}, 0 to {facts.scale_top:g}"),
                ("Measured", moment(facts.at)),
                ("Candid", f"{facts.candid_version}, commit {facts.commit or 'unknown'}"),
            ]
        ),
    )


def _plots(figures: Iterator[Html]) -> Html:
    return element("div", *figures, class_="plots")
