"""Settings in, running services out: the only package that names adapters."""

from app.wiring.running import Running, running

__all__ = ["Running", "running"]
