"""The command line: `python -m core train | sweep | list | evaluate | export | import`."""

import os
import sys

from core.execution.patient import make_patient

# Before anything loads NumPy or PyTorch.
make_patient(os.environ)

from core.cli import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main())
