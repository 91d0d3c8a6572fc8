"""How far one reader's twins have come, in either precision."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from core.texts.message import NO_MESSAGE, Message
from core.twins.history import TwinHistory
from core.twins.setup import MAX_STEPS, Precision, TwinChunk, TwinSetup, TwinState, start_twins


@dataclass
class TwinRun:
    """The twins in one precision.

    start: what they begin as. reached: where the last step has brought them; None before the first one, so that who
    only looks holds no weights. problem: why they cannot go on; else it is empty.
    """

    start: TwinSetup
    reached: TwinState | None = None
    history: TwinHistory = field(default_factory=TwinHistory)
    problem: Message = NO_MESSAGE

    @property
    def step(self) -> int:
        """How many steps they have taken."""
        return self.reached.step if self.reached else 0

    @property
    def state(self) -> TwinState:
        """Where they are. The weights of the start are drawn anew each time."""
        return self.reached or start_twins(self.start)


class TwinBench:
    """The twins of one setup. Each precision keeps its own run, so that the two can be compared.

    playing: whether steps follow each other by themselves. pending: single steps still to be taken.
    trouble: why the last steps asked for were not taken; empty when they were.
    lock: to be held while steps are computed and taken. Streamlit starts a page's new run while its old one may
    still wait for steps, and those belong to the run that they were asked for.
    """

    def __init__(self, setup: TwinSetup) -> None:
        self.setup = setup
        self.playing = False
        self.pending = 0
        self.trouble = NO_MESSAGE
        self.lock = threading.Lock()
        self._runs: dict[Precision, TwinRun] = {}

    def adopt(self, setup: TwinSetup) -> None:
        """Go on with another setup.

        Learning rate and precision may change at any time; whatever else differs begins anew.
        """
        if self.setup.replace(lr=setup.lr, precision=setup.precision) != setup:
            self._runs.clear()
            self.stop()
        self.setup = setup

    @property
    def run(self) -> TwinRun:
        """The run in the present precision, at its start when it is new."""
        if self.setup.precision not in self._runs:
            self._runs[self.setup.precision] = TwinRun(self.setup)
        return self._runs[self.setup.precision]

    @property
    def other(self) -> tuple[Precision, TwinHistory] | None:
        """The other precision's history, if it has one."""
        found = ((name, run.history) for name, run in self._runs.items() if name != self.setup.precision)
        return next(((name, history) for name, history in found if len(history)), None)

    @property
    def can_go_on(self) -> bool:
        """Whether the present run can take a step."""
        return not self.run.problem and self.run.step < MAX_STEPS

    @property
    def wanted(self) -> int:
        """How many steps are to be taken now."""
        if not self.can_go_on:
            return 0
        return MAX_STEPS if self.playing else self.pending

    def take(self, run: TwinRun, chunk: TwinChunk) -> None:
        """Add steps to a run that they were computed for, which need not be the present one any more."""
        run.history.extend(chunk.steps)
        run.reached, run.problem = chunk.state, chunk.problem
        if run is self.run:
            self.pending = max(0, self.pending - len(chunk.steps))
            if not self.can_go_on:
                self.stop()

    def play(self) -> None:
        """Take steps until told to stop."""
        self.playing, self.trouble = True, NO_MESSAGE

    def ask_step(self) -> None:
        """Take one step more."""
        self.playing, self.pending, self.trouble = False, self.pending + 1, NO_MESSAGE

    def stop(self) -> None:
        """Take no more steps until asked."""
        self.playing, self.pending = False, 0

    def reset(self) -> None:
        """Put the present run back to its start."""
        self.stop()
        self._runs.pop(self.setup.precision, None)
