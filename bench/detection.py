"""How small a face is still found, and what is taken for one.

`python -m bench.detection`: real heads (London portraits and LFW) are set into real scenes without
people, at random places (seeded), each at several sizes: the face's box against the longer side of
the photo. A rate stands beside its k of n and its 95 % interval (Wilson).
"""

import csv
import random
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from statistics import median
from time import thread_time

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from adapters.face_engine.local.alignment import Aligned
from adapters.face_engine.local.finder import FaceFinder
from adapters.pixels import read_pixels
from bench.face_sets import SETS, models
from bench.results import Results, results

SHARES = (4, 8, 12, 16, 24, 32)
"""The longer side of the photo in widths of the face."""
SIZES = ((1500, 1000), (1000, 1500), (640, 480), (480, 600))
SCENES = 100
_HEAD = 2.3  # sides of the face's box that are cut out with it: hair, ears, shoulders
_LEAST = 1.7  # of them, where the photo ends sooner
_BLACK, _FEW = 4, 0.05  # a value, and a share of such pixels
_STRIP = 50  # pixels above the heads of LFW's photos, which show rooms, walls, flags and hair


@dataclass(frozen=True, slots=True)
class Head:
    """A face cut out with what is around it; `side` is that of the face's box, in pixels."""

    picture: Image.Image
    side: float


@dataclass(slots=True)
class Tally:
    """What was found at one size."""

    shown: int = 0
    found: int = 0
    others: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def told(self, share: int, kept: Results) -> None:
        """Print the line of the table and keep it."""
        missed, (low, high) = 1 - self.found / self.shown, _wilson(self)
        took = median(self.milliseconds)
        kept.keep(
            "sizes",
            longer_side_in_faces=share,
            shown=self.shown,
            found=self.found,
            missed=missed,
            low=low,
            high=high,
            other_faces=self.others,
            photo_ms=took,
        )
        print(
            f"| 1/{share} | {self.found} of {self.shown} | {missed:.3f} ({low:.3f} to {high:.3f})"
            f" | {self.others} | {took:.0f} |",
            flush=True,
        )


def main() -> None:
    """Print what is found by size, and what is taken for a face where nobody is."""
    parser = ArgumentParser()
    parser.add_argument("--heads", type=int, default=100, help="of each set")
    parser.add_argument("--shares", type=int, nargs="+", default=SHARES, help="12: a twelfth")
    parser.add_argument("--scenes", type=int, default=SCENES, help="without a face, of each kind")
    with results("detection", parser) as kept:
        if not all((SETS / name).is_dir() for name in ("london", "lfw", "robustness")):
            print("The face sets are not beside the checkout.")
            return
        finder, chance = FaceFinder(models()), random.Random(1)  # noqa: S311 - places of heads
        scenes = _landscapes(), _strips(finder)
        heads = [
            *_heads(finder, "london", kept.asked.heads),
            *_heads(finder, "lfw", kept.asked.heads),
        ]
        kept.data = f"{len(heads)} heads of London and LFW in scenes without people"
        print("| face of the longer side | found | missed, 95 % | other faces | ms a photo |")
        print("|---|---|---|---|---|")
        for share in kept.asked.shares:
            tally = Tally()
            for number, head in enumerate(heads):
                scene = _scene(chance, *scenes, SIZES[number % len(SIZES)])
                _tried(finder, *_composed(chance, scene, head, share), tally)
            tally.told(share, kept)
        alone = {"landscapes": (scenes[0], ()), "rooms and hair": ((), scenes[1])}
        for name, (landscapes, strips) in alone.items():
            sizes = (SIZES[number % len(SIZES)] for number in range(kept.asked.scenes))
            taken = [len(finder.faces(_scene(chance, landscapes, strips, size))) for size in sizes]
            seen = sum(map(bool, taken))
            kept.keep("nobody", scenes=name, shown=len(taken), with_faces=seen)
            print(f"{name} without a face: something taken for one in {seen} of {len(taken)}")


def _tried(finder: FaceFinder, photo: Image.Image, centre: complex, side: float, to: Tally) -> None:
    began = thread_time()
    faces = finder.faces(photo)
    to.milliseconds.append(1e3 * (thread_time() - began))
    right = [one for one in faces if _is_it(one, centre, side)]
    to.shown += 1
    to.found += bool(right)
    to.others += len(faces) - len(right)


def _is_it(face: Aligned, centre: complex, side: float) -> bool:
    low, high = (complex(place) for place in face.sighting.places[:2])
    return abs((low + high) / 2 - centre) < side / 2 and 0.5 < (high - low).real / side < 2


def _heads(finder: FaceFinder, name: str, count: int) -> Iterator[Head]:
    """Cut so many heads out of a set, evenly over its people; the face nearest the middle."""
    paths = sorted((SETS / name).glob("*/*.jpg"))
    for path in paths[:: max(1, len(paths) // count)][:count]:
        picture = read_pixels(path.read_bytes()).picture
        middle = complex(*picture.size) / 2
        faces = [_box(one) for one in finder.faces(picture)]
        if not faces:
            continue
        centre, side = min(faces, key=lambda box: abs(box[0] - middle))
        right, below = picture.width - centre.real, picture.height - centre.imag
        half = min(_HEAD / 2 * side, centre.real, centre.imag, right, below)
        if half < _LEAST / 2 * side:
            continue
        low, high = centre - half * (1 + 1j), centre + half * (1 + 1j)
        box = (round(low.real), round(low.imag), round(high.real), round(high.imag))
        yield Head(picture.crop(box), side)


def _box(face: Aligned) -> tuple[complex, float]:
    low, high = (complex(place) for place in face.sighting.places[:2])
    return (low + high) / 2, float(face.sighting.area**0.5)


def _composed(
    chance: random.Random, scene: Image.Image, head: Head, share: int
) -> tuple[Image.Image, complex, float]:
    """Set the head into the scene so that the face is wholly in it; say where its middle is."""
    side = max(scene.size) / share
    whole = max(2, round(head.picture.width * side / head.side))
    small = head.picture.resize((whole, whole), Image.Resampling.LANCZOS, reducing_gap=3)
    x = chance.uniform(side * 0.6, scene.width - side * 0.6)
    y = chance.uniform(side * 0.7, scene.height - side * 0.6)
    edge = Image.new("L", (whole, whole))
    ImageDraw.Draw(edge).rounded_rectangle(
        (whole * 0.04, whole * 0.04, whole * 0.96, whole * 0.96), whole * 0.3, fill=255
    )
    soft = edge.filter(ImageFilter.GaussianBlur(whole * 0.02))
    photo = scene.copy()
    photo.paste(small, (round(x - whole / 2), round(y - whole / 2)), soft)
    return photo, complex(x, y), side


def _scene(
    chance: random.Random,
    landscapes: Sequence[Image.Image],
    strips: Sequence[Image.Image],
    size: tuple[int, int],
) -> Image.Image:
    """Take a part of a landscape, or lay strips of rooms together, half of each."""
    if landscapes and (not strips or chance.random() < 0.5):
        source = chance.choice(landscapes)
        scale = chance.uniform(1.0, 1.6) * max(size[0] / source.width, size[1] / source.height)
        width, height = size[0] / scale, size[1] / scale
        left = chance.uniform(0, source.width - width)
        top = chance.uniform(0, source.height - height)
        return source.resize(size, box=(left, top, left + width, top + height))
    together = Image.new("RGB", size)
    enlarged = chance.choice((1, 2, 3))
    for top in range(0, size[1], _STRIP * enlarged):
        for left in range(0, size[0], 250 * enlarged):
            strip = chance.choice(strips)
            wide = strip.resize((strip.width * enlarged, strip.height * enlarged))
            together.paste(wide, (left, top))
    return together


def _landscapes() -> list[Image.Image]:
    """The photographs of the robustness set that show nobody, large enough and no pattern."""
    folder = SETS / "robustness"
    wanted = {"junk_jpeg_header.jpg", "exif_typeerror.jpg", "compreface_017_0.jpg"}
    wanted.add("jpeg_ff00_header.jpg")
    with (folder / "manifest.csv").open(newline="") as opened:
        paths = [folder / row["file"] for row in csv.DictReader(opened)]
    return [read_pixels(p.read_bytes()).picture for p in paths if Path(p).name in wanted]


def _strips(finder: FaceFinder) -> list[Image.Image]:
    """What LFW's photos show above the heads, without bystanders and the corners of turned photos.

    Where something is seen in a strip alone it is left out: a look at them shows people.
    """
    strips = []
    for path in sorted((SETS / "lfw").glob("*/*.jpg"))[::20]:
        strip = read_pixels(path.read_bytes()).picture.crop((0, 0, 250, _STRIP))
        whole = float((np.asarray(strip).max(2) < _BLACK).mean()) < _FEW
        if whole and not finder.faces(strip.resize((750, 3 * _STRIP))):
            strips.append(strip)
    return strips


def _wilson(tally: Tally) -> tuple[float, float]:
    """The 95 % interval of the rate of misses (Wilson 1927)."""
    n, z = tally.shown, 1.96
    rate = 1 - tally.found / n
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * sqrt(rate * (1 - rate) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


if __name__ == "__main__":
    main()
