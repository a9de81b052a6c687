"""Runs what touches hostile bytes in processes of its own, each with a memory and a time limit."""

from adapters.sandbox.limits import hide_memory
from adapters.sandbox.pool import Sandbox

__all__ = ["Sandbox", "hide_memory"]
