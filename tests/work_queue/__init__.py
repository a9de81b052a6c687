"""The work queue on PostgreSQL."""
