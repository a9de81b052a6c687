"""What stands before any JMS: it is asked little, searches go first, and none waits in vain."""

from adapters.jms.guards.breaker import BreakerJms, BreakerRules
from adapters.jms.guards.bulkhead import BulkheadJms
from adapters.jms.guards.metrics import GuardMetrics
from adapters.jms.guards.recent import KeepingRules, RecentJms
from adapters.jms.guards.unhurried import UnhurriedJms

__all__ = [
    "BreakerJms",
    "BreakerRules",
    "BulkheadJms",
    "GuardMetrics",
    "KeepingRules",
    "RecentJms",
    "UnhurriedJms",
]
