"""A work queue in the records' own PostgreSQL, in the tables of procrastinate."""

from adapters.work_queue.procrastinate.jobs import Jobs, JobsPool, Kind
from adapters.work_queue.procrastinate.queue import ProcrastinateQueue
from adapters.work_queue.procrastinate.schedule import Schedule
from adapters.work_queue.procrastinate.worker import Handler, QueueWorker

__all__ = [
    "Handler",
    "Jobs",
    "JobsPool",
    "Kind",
    "ProcrastinateQueue",
    "QueueWorker",
    "Schedule",
]
