"""Amazon Rekognition's face collections as a face engine.

Nothing is imported here: the processes that decode photos load `submission` alone.
"""
