"""What a child of the compute process does that answers calls."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
from collections.abc import Callable, Generator
from multiprocessing.connection import Connection, Listener
from typing import Any

from core.errors import LabError
from core.execution.call import Progress
from core.execution.children import PING
from core.logs import log_defect
from core.steps import finish

_log = logging.getLogger(__name__)


def serve(address: str, key: str, niceness: int) -> None:
    """Answer calls of functions in `core` from one client, one after the other, until it hangs up.

    niceness: added to the process's own, so that others come first; without effect on Windows.
    """
    import torch

    if hasattr(os, "nice"):
        os.nice(niceness)
    torch.set_num_threads(1)
    # The client's death can also cut off an answer.
    with (
        contextlib.suppress(EOFError, OSError),
        Listener(address, authkey=bytes.fromhex(key)) as listener,
        listener.accept() as client,
    ):
        while True:
            request = client.recv()
            answer = request if request == PING else _answer(client, *request)
            try:
                client.send(answer)
            except OSError:
                raise
            except Exception as error:
                # A result that cannot be pickled; nothing of it has been sent.
                client.send((False, log_defect(_log, error)))


def _answer(client: Connection[Any, Any], module: str, function: str, arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    return call_function(module, function, arguments, lambda share: client.send(Progress(share)))


def call_function(
    module: str, function: str, arguments: tuple[Any, ...], tell: Callable[[float], object] = lambda _: None
) -> tuple[bool, Any]:
    """Whether the function returned, and what it returned or raised.

    tell: hears how much is done of a function that yields it (see `core.steps`).
    An exception that is not meant for readers is logged here with its traceback, since it might need torch where it
    is sent.
    """
    try:
        result = getattr(importlib.import_module(module), function)(*arguments)
        return True, finish(result, tell) if isinstance(result, Generator) else result
    except (LabError, OSError) as error:
        return False, error
    except Exception as error:
        return False, log_defect(_log, error)
