"""Training without a process of its own."""

from core.execution.train_run import train_run
from core.runs.record import read_run


class School:
    """Fine-tunes at once, in this process; or begins and goes no further, or breaks off with an exit code."""

    def __init__(self):
        self.folders = []
        self.ends = True
        self.code = 0

    def train(self, client, name, folder, data_root):
        self.folders.append(folder)
        if self.ends:
            if not self.code:
                train_run(read_run(folder), data_root)
            client._link._on_exit(name, self.code)
