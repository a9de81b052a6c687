"""What the local engine says of itself: model, scale, licences and measured limits."""

from adapters.face_engine.local.models import BUILT_IN, WEIGHTS, Network, known
from adapters.face_engine.local.reading import EncoderFacts
from adapters.face_engine.local.score import DLIB, ScoreTable, of_scale, uncalibrated
from app.domain.differential import MeasuredDifferential
from app.ports.face_engine import EngineDescription

_NO_PROBABILITY = (
    "Scores rank leads for human review; none is a probability that two photos show one person."
)
_UNEQUAL = (
    "People of one group come up for each other far more often than the scale, measured on press "
    "photographs (LFW), suggests. Other groups, ages and side views were not measured."
)
_DETECTORS = (Network.SHORT_RANGE, Network.FULL_RANGE)
_UNKNOWN_SITE = (
    "The site's own network: its licence, training data and error rates are the site's to know; "
    "its scale is the plain cosine times 100 until the site has fitted one (`candid calibrate`)."
)
_DLIB = (
    "0 to 90, by how rarely two different people look this alike to the network, measured on one "
    "set of photographs (LFW, press photographs): 20 for one pair in ten, 40 for one in a hundred, "
    "60 for one in a thousand, 80 for one in ten thousand, 90 for one in a hundred thousand and "
    "for everything rarer. It is no probability that two photos show one person."
)
_UNCALIBRATED = (
    "The plain cosine of this network times 100, not calibrated: how often different "
    "people reach a value was not measured. It is no probability that two photos show one person."
)


def score_table(facts: EncoderFacts) -> ScoreTable:
    """Return the scale of the loaded networks."""
    if facts.scale is not None:
        return of_scale(facts.scale)
    return uncalibrated(facts.model) if facts.site else DLIB


def description(facts: EncoderFacts) -> EngineDescription:
    """Describe the engine on the loaded networks."""
    table = score_table(facts)
    return EngineDescription(
        name="local",
        model=facts.model,
        score_scale=table.name,
        holds_faces=False,
        scale_top=table.top,
        notes=_notes(facts),
        rekognition_scale=table.rekognition,
        differential=_differential(facts),
        scale_meaning=_meaning(facts),
    )


def _differential(facts: EncoderFacts) -> MeasuredDifferential | None:
    """Return what was measured of the loaded network; of a site's own nothing is known here."""
    name = facts.known if facts.site else BUILT_IN
    return None if name is None else known(name).differential


def _meaning(facts: EncoderFacts) -> str:
    if facts.scale is None:
        return _UNCALIBRATED if facts.site else _DLIB
    data, points = facts.scale.data, facts.scale.points
    reached = ", ".join(f"{one.similarity:g} for {one.false_match_rate:g}" for one in points)
    return (
        f"0 to {facts.scale.top:g}, by the share of pairs of different people that look this alike "
        f"to the network, measured on {data.set_name} ({data.people} people, "
        f"{data.made_at:%Y-%m-%d}): {reached}, and everything rarer. It is no probability that two "
        "photos show one person."
    )


def _notes(facts: EncoderFacts) -> tuple[str, ...]:
    """What a person who answers for the engine must know of the loaded networks."""
    measured = _differential(facts)
    limits = (_NO_PROBABILITY, *([f"{measured.told} {_UNEQUAL}"] if measured else []))
    detectors = (str(WEIGHTS[each].provenance) for each in _DETECTORS)
    return (*detectors, *_of_recognition(facts), *limits)


def _of_recognition(facts: EncoderFacts) -> tuple[str, ...]:
    if not facts.site:
        return (str(WEIGHTS[Network.RECOGNITION].provenance),)
    if facts.known is None:
        return (_UNKNOWN_SITE,)
    model = known(facts.known)
    return (str(model.provenance), *model.warnings)
