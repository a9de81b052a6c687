"""The records on PostgreSQL: SQL by hand, one module a protocol of the port."""

from adapters.records.postgres.call_quotas import PostgresQuotaLedger
from adapters.records.postgres.clear_records import PostgresClearRecords
from adapters.records.postgres.feed import PostgresGalleryFeed
from adapters.records.postgres.gallery_labels import PostgresGalleryLabels
from adapters.records.postgres.key_check import adopt_keys, check_keys
from adapters.records.postgres.pool import ConnectionPool, connected
from adapters.records.postgres.unit import (
    Deployment,
    PostgresRecords,
    PostgresRecordsOfCollections,
)
from adapters.records.postgres.user_feed import PostgresUserFeed
from adapters.records.postgres.verification import PostgresVerificationRecords

__all__ = [
    "ConnectionPool",
    "Deployment",
    "PostgresClearRecords",
    "PostgresGalleryFeed",
    "PostgresGalleryLabels",
    "PostgresQuotaLedger",
    "PostgresRecords",
    "PostgresRecordsOfCollections",
    "PostgresUserFeed",
    "PostgresVerificationRecords",
    "adopt_keys",
    "check_keys",
    "connected",
]
