"""Calls let go at a pace that all processes share."""

from adapters.call_quota.governor import GovernedCallQuota
from adapters.call_quota.memory import MemoryQuotaLedger

__all__ = ["GovernedCallQuota", "MemoryQuotaLedger"]
