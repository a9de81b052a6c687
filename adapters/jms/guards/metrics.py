"""Measurements of what stands between searches and the JMS."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class GuardMetrics:
    """Of all guards of one JMS."""

    def __init__(self, registry: CollectorRegistry, kind: str) -> None:
        connected = Gauge(
            "candid_jms_connected",
            "1 for the kind of JMS that all figures of the JMS are of.",
            ("kind",),
            registry=registry,
        )
        connected.labels(kind).set(1)
        self.bookings = Counter(
            "candid_jms_bookings",
            "Bookings that were wanted, by who answers: cache, a lookup under way, or jms.",
            ("answered_by",),
            registry=registry,
        )
        self.kept = Gauge(
            "candid_jms_bookings_kept", "Answers of the JMS in memory.", registry=registry
        )
        self.not_asked = Counter(
            "candid_jms_not_asked",
            "Lookups that were refused at once, by the breaker or the bulkhead.",
            ("by",),
            registry=registry,
        )
        self.lookups = Gauge(
            "candid_jms_lookups", "Lookups that wait for the JMS now.", registry=registry
        )
        self.breaker_open = Gauge(
            "candid_jms_breaker_open",
            "1 while the JMS is left alone after failures in a row.",
            registry=registry,
        )
        self.breaker_openings = Counter(
            "candid_jms_breaker_openings", "How often the breaker opened.", registry=registry
        )
