"""Work queues: what wakes the workers of imports, a folder a vendor."""
