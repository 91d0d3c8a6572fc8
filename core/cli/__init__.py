"""The command line. Exit codes: 0 done, 1 failed, 2 a wrong argument, 128 + signal when interrupted."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from core.cli.parser import build_parser
from core.cli.texts import tr
from core.errors import ConfigError, LabError, RunNotFound

FAILED, USAGE, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; returns the exit code. An error is one line on standard error."""
    try:
        given = build_parser().parse_args(arguments)
        code: int = given.command(given)
        sys.stdout.flush()
        return code
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else USAGE
    except (ConfigError, RunNotFound) as error:
        return _report(tr(error), USAGE)
    except BrokenPipeError:
        # The reader of the output has closed it. Python must not flush into the pipe again when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except LabError as error:
        return _report(tr(error), FAILED)
    except OSError as error:
        return _report(str(error), FAILED)
    except KeyboardInterrupt:
        return INTERRUPTED


def _report(reason: str, code: int) -> int:
    print(tr("error: {reason}", reason=" ".join(reason.split())), file=sys.stderr)
    return code
