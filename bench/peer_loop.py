"""face_recognition's own loop; run by the Python that has it, not by Candid's.

It says that it is ready, reads paths, and tells the processor's seconds that the photos took.
"""

import sys
import time

import face_recognition  # installed for the benches alone

sys.stdout.write("ready\n")
sys.stdout.flush()
paths = sys.stdin.read().splitlines()
began = time.process_time()
for path in paths:
    image = face_recognition.load_image_file(path)
    face_recognition.face_encodings(image, face_recognition.face_locations(image))
sys.stdout.write(f"{time.process_time() - began}\n")
