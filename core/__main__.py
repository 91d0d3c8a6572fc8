"""The command line: `python -m core train | list | evaluate | export | import`."""

import sys

from core.cli import main

if __name__ == "__main__":
    sys.exit(main())
