"""What stands between searches and any JMS: it is asked little, and never waited for in vain."""

from adapters.jms.guards.breaker import BreakerJms, BreakerRules
from adapters.jms.guards.bulkhead import BulkheadJms
from adapters.jms.guards.metrics import GuardMetrics
from adapters.jms.guards.recent import KeepingRules, RecentJms

__all__ = [
    "BreakerJms",
    "BreakerRules",
    "BulkheadJms",
    "GuardMetrics",
    "KeepingRules",
    "RecentJms",
]
