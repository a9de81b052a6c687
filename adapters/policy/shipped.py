"""The profiles that come with the service."""

from importlib.resources import files
from typing import Final

_SUFFIX: Final = ".yaml"
_PROFILES: Final = files("adapters.policy") / "profiles"


def shipped_names() -> list[str]:
    """Return their names, `default` first."""
    names = [one.name.removesuffix(_SUFFIX) for one in _PROFILES.iterdir()]
    return sorted(names, key=lambda name: (name != "default", name))


def shipped_text(name: str) -> bytes:
    """Return the file of one of them."""
    return (_PROFILES / f"{name}{_SUFFIX}").read_bytes()
