"""Folders of photos."""

from pathlib import Path


def fill(root: Path, *paths: str) -> None:
    """Write a photo at each path."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(b"photo")
