"""What stands between searches and the JMS."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from adapters.jms.guards import (
    BreakerJms,
    BreakerRules,
    BulkheadJms,
    GuardMetrics,
    KeepingRules,
    RecentJms,
)
from app.ports.jms import Jms
from app.ports.recent_bookings import RecentBookings
from app.settings import FileJmsSettings, Settings

_KEPT = 10.0
"""Seconds, unless a setting says otherwise."""

_SHARE = 0.9
"""Of the deadline: the breaker is to see a lookup fail before whoever waits for it has gone."""


@dataclass(frozen=True, slots=True)
class GuardedJms:
    """A JMS for those who wait, and what it remembers."""

    jms: Jms
    recent: RecentBookings


def guarded_jms(
    jms: Jms | None, settings: Settings, stack: AsyncExitStack, registry: CollectorRegistry
) -> GuardedJms | None:
    """Put cache, bulkhead and breaker before a JMS, if there is one; imports go past them."""
    if jms is None or settings.jms is None:
        return None
    chosen, metrics = settings.jms_lookups, GuardMetrics(registry, settings.jms.kind)
    patience = _SHARE * settings.enrich_seconds
    breaking = BreakerRules(chosen.breaker_failures, chosen.breaker_seconds, patience)
    breaker = BreakerJms(jms, breaking, metrics)
    stack.push_async_callback(breaker.aclose)
    recent = RecentJms(BulkheadJms(breaker, chosen.at_once, metrics), _keeping(settings), metrics)
    stack.push_async_callback(recent.aclose)
    return GuardedJms(recent, recent)


def _keeping(settings: Settings) -> KeepingRules:
    """Return how long answers are kept; a bookings file is at hand, and asked every time."""
    chosen = settings.jms_lookups
    usual = 0 if isinstance(settings.jms, FileJmsSettings) else _KEPT
    kept = usual if chosen.cache_seconds is None else chosen.cache_seconds
    return KeepingRules(kept, min(kept, chosen.cache_missing_seconds), chosen.cache_entries)
