"""face_recognition's template of the face nearest the middle of each photo; null: it sees none.

Run by the Python that has it, not by Candid's: paths come in, a line of JSON goes out for each.
"""

import json
import sys

import face_recognition  # installed for the benches alone

Place = tuple[int, int, int, int]  # top, right, bottom, left


def _central(places: list[Place], height: int, width: int) -> list[Place]:
    def off(place: Place) -> int:
        top, right, bottom, left = place
        return (left + right - width) ** 2 + (top + bottom - height) ** 2

    return sorted(places, key=off)[:1]


for path in sys.stdin.read().splitlines():
    image = face_recognition.load_image_file(path)
    place = _central(face_recognition.face_locations(image), *image.shape[:2])
    templates = face_recognition.face_encodings(image, place)
    sys.stdout.write(json.dumps(templates[0].tolist() if templates else None) + "\n")
    sys.stdout.flush()
