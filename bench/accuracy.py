"""How often the right person comes first: `python -m bench.accuracy` prints the tables.

LFW: its makers say that results on it must not be used to conclude commercial suitability; it is
quoted as a regression measure.
"""

import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from adapters.face_engine.local.encoder import Encoder
from adapters.face_engine.local.scratch import COSINES, cosines
from adapters.measurement import NumpyMeasurement
from adapters.pixels import read_pixels
from app.domain.evaluation import PlacedPhoto, Role
from app.ports.measurement import Searches
from bench.face_sets import (
    SETS,
    Encoded,
    Photo,
    by_role,
    central_vector,
    encoded,
    models,
    photos,
    portraits,
)
from bench.results import Results, results

Degrade = Callable[[Image.Image, float], Image.Image]

_STILL_QUALITY = 30  # JPEG quality of a kiosk's or a camera's still


def main() -> None:
    """Print both tables, where the sets are."""
    if not SETS.is_dir():
        print("The face sets are not beside the checkout: nothing was measured.")
        return
    with results("accuracy") as kept:
        _measure(kept)


def _measure(kept: Results) -> None:
    lfw = encoded(photos("lfw"))
    _keep(kept, "LFW", lfw, ("gallery_mated", "gallery_distractor"))
    london = portraits()
    whole = encoded(london)
    _keep(kept, "London", whole, ("gallery_mated",))
    gallery = list(by_role(whole, "gallery_mated"))
    encoder = Encoder(models())
    for name, degrade in DEGRADATIONS.items():
        probes = [_degraded(encoder, one, degrade) for one in london if one.role == "probe_mated"]
        _keep(kept, f"London, {name}", [*gallery, *probes], ("gallery_mated",))


def _keep(
    kept: Results, name: str, every: Sequence[Encoded], gallery_roles: tuple[str, ...]
) -> None:
    gallery = [one for one in by_role(every, *gallery_roles) if one.vector is not None]
    probes = list(by_role(every, "probe_mated"))
    found = sum(one.vector is not None for one in probes)
    count = len(probes)
    first, five, _ = _ranks(gallery, probes)
    cells = {"face_found": found, "right_first": first, "right_in_five": five}
    kept.keep("ranks", photos=name, gallery=len(gallery), probes=count, **cells)
    print(
        f"{name}: gallery {len(gallery)}, probes {count}, face found {found / count:.4f}, "
        f"rank 1 {first / count:.4f} ({first}), rank 5 {five / count:.4f} ({five})",
        flush=True,
    )


def _ranks(gallery: Sequence[Encoded], probes: Sequence[Encoded]) -> list[int]:
    """Return how many probes' people are among the first 1, 5 and 20, as `candid evaluate` does."""
    searches = Searches(
        gallery=[_placed(at, one) for at, one in enumerate(gallery)],
        enrolled=[True] * len(gallery),
        probes=[_placed(at, one) for at, one in enumerate(probes)],
        scores=COSINES,
        similarity=float,
    )
    tally = NumpyMeasurement().tally(searches)
    stacked = np.stack([one.vector for one in gallery if one.vector is not None])
    for at, probe in enumerate(probes):
        if probe.vector is not None:
            tally.add(at, cosines(stacked, probe.vector))
    ranks = tally.figures().open_set.investigation
    return [point.fnir.n - point.fnir.k for point in ranks]


def _placed(at: int, one: Encoded) -> PlacedPhoto:
    return PlacedPhoto(one.person, str(at), Role(one.role))


def _degraded(encoder: Encoder, photo: Photo, degrade: Degrade) -> Encoded:
    data = photo.path.read_bytes()
    face = encoder.read(data, "detect").faces[0]
    picture = read_pixels(data).picture
    left, right = face.landmarks[:2]
    apart = (right.x - left.x) * picture.width
    written = io.BytesIO()
    degrade(picture, apart).save(written, "JPEG", quality=_STILL_QUALITY)
    count, vector = central_vector(encoder, written.getvalue())
    return Encoded(photo.person, photo.role, count, vector)


def _eyes_apart(pixels: float) -> Degrade:
    def shrunk(picture: Image.Image, apart: float) -> Image.Image:
        scale = pixels / apart
        size = round(picture.width * scale), round(picture.height * scale)
        return picture.resize(size, Image.Resampling.BOX)

    return shrunk


def _from_above(picture: Image.Image, apart: float) -> Image.Image:
    """What a camera at the ceiling sees of a flat picture: the lower end farther away."""
    small = _eyes_apart(60)(picture, apart)
    width, height = small.size
    narrow = width * 0.18
    corners = [(0, 0), (narrow, height * 0.75), (width - narrow, height * 0.75), (width, 0)]
    return small.transform(
        small.size,
        Image.Transform.PERSPECTIVE,
        _perspective(corners, [(0, 0), (0, height), (width, height), (width, 0)]),
        Image.Resampling.BICUBIC,
    )


def _half_dark(picture: Image.Image, apart: float) -> Image.Image:
    small = _eyes_apart(60)(picture, apart)
    shade = Image.new("L", small.size, 255)
    ImageDraw.Draw(shade).rectangle((0, 0, small.width // 2, small.height), fill=50)
    return Image.composite(small, Image.new("RGB", small.size), shade)


def _perspective(
    seen: Sequence[tuple[float, float]], flat: Sequence[tuple[float, float]]
) -> list[float]:
    """Solve for the eight numbers that lead from seen corners back to flat ones."""
    rows, targets = [], []
    for (x, y), (u, v) in zip(seen, flat, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        targets += [u, v]
    return [float(one) for one in np.linalg.solve(np.array(rows), np.array(targets))]


DEGRADATIONS: dict[str, Degrade] = {
    "eyes 30 px apart": _eyes_apart(30),
    "eyes 20 px apart": _eyes_apart(20),
    "from above": _from_above,
    "half dark": _half_dark,
}


if __name__ == "__main__":
    main()
