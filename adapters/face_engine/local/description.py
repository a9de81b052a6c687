"""What the local engine says of itself: model, scale, licences and measured limits."""

from adapters.face_engine.local.models import WEIGHTS
from adapters.face_engine.local.reading import EncoderFacts
from adapters.face_engine.local.score import DLIB, ScoreTable, uncalibrated
from app.ports.face_engine import EngineDescription

_LIMITS = (
    "Scores rank leads for human review; none is a probability that two photos show one person.",
    (
        "Measured on 115 booking photos (NIST MEDS, 27 Black and 24 White people, a small set): at "
        "a score where about 24 in 10,000 pairs of different White people are confused, about 670 "
        "in 10,000 pairs of different Black people are. People of one group come up for each other "
        "far more often than the scale, measured on press photographs (LFW), suggests. Other "
        "groups, ages and side views were not measured."
    ),
)
_UNKNOWN_SITE = (
    "The site's own network: its licence, training data and error rates are the site's to know; "
    "its scale is the plain cosine times 100 until the site has calibrated it."
)
_DLIB = (
    "0 to 90, by how rarely two different people look this alike to the network, measured on one "
    "set of photographs (LFW, press photographs): 20 for one pair in ten, 40 for one in a hundred, "
    "60 for one in a thousand, 80 for one in ten thousand, 90 for one in a hundred thousand and "
    "for everything rarer. It is no probability that two photos show one person."
)
_UNCALIBRATED = (
    "The plain cosine of the site's own network times 100, not calibrated: how often different "
    "people reach a value was not measured. It is no probability that two photos show one person."
)


def score_table(facts: EncoderFacts) -> ScoreTable:
    """Return the scale of the loaded networks."""
    return uncalibrated(facts.model) if facts.site else DLIB


def description(facts: EncoderFacts) -> EngineDescription:
    """Describe the engine on the loaded networks."""
    table = score_table(facts)
    weights = (str(each.provenance) for each in WEIGHTS.values())
    return EngineDescription(
        name="local",
        model=facts.model,
        score_scale=table.name,
        holds_faces=False,
        scale_top=table.top,
        notes=(_UNKNOWN_SITE,) if facts.site else (*weights, *_LIMITS),
        rekognition_scale=table.rekognition,
        scale_meaning=_UNCALIBRATED if facts.site else _DLIB,
    )
