"""The embedded PostgreSQL: the packaged server's binaries under a supervisor of our own."""

from adapters.records.embedded.supervisor import EmbeddedPostgres

__all__ = ["EmbeddedPostgres"]
