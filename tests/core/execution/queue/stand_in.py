"""Takes the compute process's place in a job queue, and tells what the queue did."""

from core.errors import ComputeError


class FakeCompute:
    """Notes what it is to train; the test says how that ends."""

    def __init__(self, on_exit):
        self.on_exit = on_exit
        self.asked = []
        self.refuses = False

    def train(self, name, folder, data_root):
        if self.refuses:
            raise ComputeError("The compute process has ended; try again.")
        self.asked.append((name, folder, data_root))

    def close(self):
        # A compute process that ends reports those of its children that did not end before.
        for name, _, _ in self.asked:
            self.on_exit(name, None)


def status(store, record):
    return store.get(record.id).state.status


def asked(queue):
    return [name for name, _, _ in queue.compute.asked]
