"""Settings in, running services out: the only package that names adapters."""

from adapters.sandbox import hide_memory
from app.wiring.running import Running, running

__all__ = ["Running", "hide_memory", "running"]
