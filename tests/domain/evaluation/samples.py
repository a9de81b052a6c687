"""A small evaluation, with every field filled, as others render it."""

from dataclasses import replace
from datetime import UTC, datetime

from app.domain.evaluation import (
    Evaluation,
    EvaluationFacts,
    FaceRule,
    GroupedBy,
    GroupFigures,
    Histogram,
    Interval,
    LabelDoubt,
    LabelDoubtKind,
    MissAtFalsePositiveRate,
    OpenSet,
    PhotoFailure,
    RankPoint,
    Rate,
    Ratio,
    Reading,
    Role,
    SharedThreshold,
    TradeOffPoint,
)

FACTS = EvaluationFacts(
    engine="local",
    model="dlib-resnet-v1+blazeface/1 1234abcd",
    score="cosine",
    score_scale="dlib-resnet-v1-lfw-fmr/1",
    scale_top=90.0,
    candid_version="0.1.0",
    commit=None,
    at=datetime(2026, 11, 30, 7, 30, 1, 250_000, UTC),
    set_name="county",
    set_sha256="ab" * 32,
    seed=7,
    bootstrap_seed=20_261_130,
    bootstrap_samples=1000,
    face=FaceRule.SERVICE,
    people=150,
    photos={
        Role.GALLERY_MATED: 100,
        Role.GALLERY_DISTRACTOR: 20,
        Role.PROBE_MATED: 100,
        Role.PROBE_NONMATED: 30,
    },
    gallery_people=120,
)
_RATE = Rate(40, 100, Interval(0.31, 0.5), 40)
_FEW = Rate(3, 100, Interval(0.01, 0.084), 3)
_NONE = Rate(0, 0, None)
_RANKS = tuple(RankPoint(rank, _RATE) for rank in (1, 5, 20))
_GROUP = GroupFigures("F", 60, 70, _FEW, _RATE, _RANKS)
_HISTOGRAM = Histogram(-1.0, 1.0, (1, 2, 3, 4))

EVALUATION = Evaluation(
    facts=FACTS,
    reading=Reading(
        _FEW,
        _FEW,
        _NONE,
        (PhotoFailure("a/1.jpg", "a", Role.PROBE_MATED, "no_face"),),
    ),
    open_set=OpenSet(
        investigation=_RANKS,
        identification=(
            MissAtFalsePositiveRate(0.1, 0.93, 60.0, _FEW, _RATE),
            MissAtFalsePositiveRate(0.001, None, None, None, None, "needs 30,000 probes"),
        ),
        cmc=_RANKS,
        det=(TradeOffPoint(0.5, 0.2, 0.1), TradeOffPoint(0.6, 0.1, 0.3)),
        mated_scores=_HISTOGRAM,
        nonmated_scores=_HISTOGRAM,
        comparison_scores=_HISTOGRAM,
    ),
    by_group=(
        GroupedBy(
            "sex",
            of_person=True,
            unlabelled=1,
            thresholds=(
                SharedThreshold(
                    1e-3,
                    0.93,
                    60.0,
                    _RATE,
                    _RATE,
                    (_GROUP, replace(_GROUP, group="M", warning="too few people")),
                    Ratio("F", "M", 2.5, Interval(1.25, None)),
                    Ratio("F", "M", 1.5, Interval(0.5, 4.5)),
                ),
            ),
        ),
    ),
    doubts=(
        LabelDoubt(LabelDoubtKind.TWO_NAMES, "a/1.jpg", "a", "b/1.jpg", "b", 0.99, 90.0),
        LabelDoubt(LabelDoubtKind.ONE_NAME, "c/1.jpg", "c", "c/2.jpg", "c", 0.5, 3.0),
    ),
    remarks=("A remark.",),
)
