"""The records on PostgreSQL: SQL by hand, one module a protocol of the port."""

from adapters.records.postgres.call_quotas import PostgresQuotaLedger
from adapters.records.postgres.feed import PostgresGalleryFeed
from adapters.records.postgres.pool import ConnectionPool, connected
from adapters.records.postgres.unit import (
    Deployment,
    PostgresRecords,
    PostgresRecordsOfCollections,
)
from adapters.records.postgres.user_feed import PostgresUserFeed

__all__ = [
    "ConnectionPool",
    "Deployment",
    "PostgresGalleryFeed",
    "PostgresQuotaLedger",
    "PostgresRecords",
    "PostgresRecordsOfCollections",
    "PostgresUserFeed",
    "connected",
]
