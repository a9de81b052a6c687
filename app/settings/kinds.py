"""Which variant of a port's settings is meant, where its kind is not said."""

from collections.abc import Mapping
from typing import Any

from pydantic import BeforeValidator


def inferred(kinds: Mapping[str, str], default: str | None = None) -> BeforeValidator:
    """Infer `kind` from settings that only one variant has."""

    def infer(given: Any) -> Any:  # noqa: ANN401 - whatever the environment holds
        if not isinstance(given, dict) or "kind" in given:
            return given
        found = {kind for name, kind in kinds.items() if name in given}
        if len(found) > 1:
            raise ValueError(f"contradictory: {', '.join(sorted(given))} belong to different kinds")
        kind = found.pop() if found else default
        if kind is None:
            named, known = (", ".join(sorted(names)).upper() for names in (given, kinds))
            raise ValueError(f"{named} does not say which kind is meant; set KIND, or {known}")
        return {**given, "kind": kind}

    return BeforeValidator(infer)
