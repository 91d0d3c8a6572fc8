"""The command line: `python -m core train | sweep | list | evaluate | export | import`."""

import sys

from core.cli import main

if __name__ == "__main__":
    sys.exit(main())
