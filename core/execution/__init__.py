"""Where work is done: the compute process, its client, and the queue of runs."""
