"""Calls of the compute process, made without one."""

from concurrent.futures import CancelledError, Future

from core.execution.call import Call, ShareDone, TimeLimit
from core.steps import finish


class MadeCall(Call):
    """A call whose test says how far it is and how it ends. `cancelled` tells whether the page has cancelled it."""

    def __init__(self):
        self.future, self.done = Future(), ShareDone()
        self.cancelled = False
        # How long it goes on after its visitor has gone, in seconds; None while the visitor is here.
        self.left_for = None
        super().__init__(self.future, TimeLimit(None), self.done)

    def end(self, outcome):
        """Let it return the outcome, or raise it."""
        if isinstance(outcome, BaseException):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)

    def leave(self, seconds):
        self.left_for = seconds

    def come_back(self):
        self.left_for = None

    def cancel(self):
        """End as a call does that is broken off."""
        self.cancelled = True
        self.end(CancelledError())


def ended_call(outcome):
    """A call that has returned the outcome, or raised it."""
    call = MadeCall()
    call.end(outcome)
    return call


def call_at_once(_, function, *args, **_options):
    """Takes the place of `ComputeClient.start_long_call`: the function has run to its end."""
    return ended_call(finish(function(*args)))
