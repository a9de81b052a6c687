"""face_recognition's own loop; run by the Python that has it, not by Candid's."""

import sys

import face_recognition  # type: ignore[import-not-found]  # installed for the bench alone

sys.stdout.write("ready\n")
sys.stdout.flush()
for path in sys.stdin.read().split("\n"):
    image = face_recognition.load_image_file(path)
    face_recognition.face_encodings(image, face_recognition.face_locations(image))
