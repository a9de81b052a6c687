"""What an answer says of its probe, with what the caller should know of it."""

from app.domain.search import Probe, SearchOptions
from app.ports.face_engine import EngineDescription, Matches


def probe_of(
    warnings: tuple[str, ...],
    options: SearchOptions,
    matches: Matches,
    sha256: str,
    engine: EngineDescription,
) -> Probe:
    """Describe a probe; add to the warnings those of its faces and of the floor asked for."""
    if (floor := options.min_similarity or 0) > (top := engine.scale_top):
        scale = engine.score_scale
        warnings += (f"No candidate can reach min_similarity={floor:g}: {scale} ends at {top:g}.",)
    if len(matches.faces) > 1 and options.face is None:
        others = [f"face={i}" for i in range(len(matches.faces)) if i != matches.searched]
        told = f"{len(matches.faces)} faces were found and only the largest (0) was searched; "
        warnings += (f"{told}to search another, send {' or '.join(others)}.",)
    return Probe(
        matches.size, sha256, matches.faces, matches.searched, warnings, options.derivation
    )
