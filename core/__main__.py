"""The command line: `python -m core train | sweep | list | evaluate | export | import`."""

import os
import sys

from core.execution.sleeping_threads import let_threads_sleep

# Before anything loads NumPy or PyTorch.
let_threads_sleep(os.environ)

from core.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
