"""How often the right person comes first: `python -m bench.accuracy` prints the tables.

LFW: its makers say that results on it must not be used to conclude commercial suitability; it is
quoted as a regression measure.
"""

import io
from collections.abc import Callable, Sequence

import numpy as np
from PIL import Image, ImageDraw

from adapters.face_engine.local.encoder import Encoder
from adapters.pixels import read_pixels
from bench.face_sets import (
    SETS,
    Encoded,
    Photo,
    Vectors,
    by_role,
    central_vector,
    encoded,
    models,
    photos,
    portraits,
)

Degrade = Callable[[Image.Image, float], Image.Image]

_STILL_QUALITY = 30  # JPEG quality of a kiosk's or a camera's still


def main() -> None:
    """Print both tables, where the sets are."""
    if not SETS.is_dir():
        print("The face sets are not beside the checkout: nothing was measured.")
        return
    lfw = encoded(photos("lfw"))
    print(_line("LFW", lfw, ("gallery_mated", "gallery_distractor")))
    london = portraits()
    whole = encoded(london)
    print(_line("London", whole, ("gallery_mated",)))
    gallery = list(by_role(whole, "gallery_mated"))
    encoder = Encoder(models())
    for name, degrade in DEGRADATIONS.items():
        probes = [_degraded(encoder, one, degrade) for one in london if one.role == "probe_mated"]
        print(_line(f"London, {name}", [*gallery, *probes], ("gallery_mated",)))


def _line(name: str, every: Sequence[Encoded], gallery_roles: tuple[str, ...]) -> str:
    gallery = [one for one in by_role(every, *gallery_roles) if one.vector is not None]
    people = np.array([one.person for one in gallery])
    stacked = np.stack([one.vector for one in gallery if one.vector is not None])
    probes = list(by_role(every, "probe_mated"))
    ranks = [_rank(one, people, stacked) for one in probes]
    found = sum(one.vector is not None for one in probes)
    first, five = sum(rank == 1 for rank in ranks), sum(rank <= 5 for rank in ranks)
    count = len(probes)
    return (
        f"{name}: gallery {len(gallery)}, probes {count}, face found {found / count:.4f}, "
        f"rank 1 {first / count:.4f} ({first}), rank 5 {five / count:.4f} ({five})"
    )


def _rank(
    probe: Encoded, people: np.ndarray[tuple[int], np.dtype[np.str_]], gallery: Vectors
) -> float:
    """The place of the right person, counted in people; infinite when there is no probe."""
    if probe.vector is None:
        return np.inf
    order = people[np.argsort(-(gallery @ probe.vector), kind="stable")]
    return 1 + int(np.flatnonzero(order == probe.person)[0])


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
