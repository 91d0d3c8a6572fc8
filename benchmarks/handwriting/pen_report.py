"""What the commands share that measure one network on the digits of the validation writers."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from core.settings import BUNDLED_RUNS
from core.storage.atomic import write_atomically
from tools.pen.pen_digits import VALIDATION_WRITERS


def pen_parser(words: str | None) -> argparse.ArgumentParser:
    """A parser for the file of pen strokes and for the network; `words` say what the command does."""
    parser = argparse.ArgumentParser(description=words, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--run", type=Path, default=BUNDLED_RUNS / "handwriting", help="folder of the reading network")
    return parser


def report(path: Path, run: Path, figures: dict[str, Any]) -> None:
    """Write the figures of a run's network, and print them."""
    text = json.dumps({"network": run.name, "writers": list(VALIDATION_WRITERS), **figures}, indent=1)
    write_atomically(path, text)
    print(text)
