"""How many digits written with a pen the bundled networks read: `python -m benchmarks.handwriting.pen_digits FILE`.

FILE holds the pen strokes that `tools.pen.pen_digits` describes; measured are those of the validation writers, which no
network has been trained on. Each digit is drawn in the middle of a canvas of 280 pixels, its longer side 200 ("full")
or 100 ("half"), with a brush of 4 to 40 pixels. The drawing becomes a picture in one of three ways:

- strokes: as the Draw page does it, from the strokes' own points;
- bitmap: as the Draw page does it with an upload, from the pixels;
- shrunk: the whole canvas made small, as demos often do it.

Prints tables and writes them with their figures to `benchmarks/results/`.
"""

from __future__ import annotations

import argparse
import itertools
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from core.errors import LabError
from core.inference.networks import predict_proba
from core.ink.bitmap import picture_from_bitmap
from core.ink.rendering import SIDE, Picture, PreprocessTrace, Stroke, picture_from_strokes
from core.runs.record import RunRecord, read_run
from core.runs.store import RunStore
from core.settings import BUNDLED_RUNS, PROJECT
from core.storage.atomic import write_atomically
from tools.pen.pen_digits import VALIDATION_WRITERS, PenDigit, draw_bitmap, load_pen_digits, on_canvas

RESULTS = PROJECT / "benchmarks" / "results" / "pen_digits.json"
BRUSHES = (4, 8, 16, 28, 40)
SIZES = {"full": 200, "half": 100}

Line = dict[str, Any]


def _from_strokes(strokes: list[Stroke], _: int) -> Picture:
    return _ink(picture_from_strokes(strokes))


def _from_bitmap(strokes: list[Stroke], brush: int) -> Picture:
    return _ink(picture_from_bitmap(draw_bitmap(strokes, brush)))


def _shrunk(strokes: list[Stroke], brush: int) -> Picture:
    canvas = Image.fromarray(draw_bitmap(strokes, brush)[..., 0])
    return np.asarray(canvas.resize((SIDE, SIDE), Image.Resampling.BOX))


def _ink(stages: PreprocessTrace | None) -> Picture:
    assert stages is not None
    return stages.picture


WAYS: Mapping[str, Callable[[list[Stroke], int], Picture]] = {
    "strokes": _from_strokes,
    "bitmap": _from_bitmap,
    "shrunk": _shrunk,
}


def draw(digits: Iterable[PenDigit], way: str, size: str, brush: int) -> Picture:
    """The digits' pictures, (N, 28, 28)."""
    drawings = (on_canvas(digit.strokes, SIZES[size], brush=brush) for digit in digits)
    return np.stack([WAYS[way](drawing, brush) for drawing in drawings])


def measure(digits: Sequence[PenDigit], networks: Sequence[RunRecord]) -> list[Line]:
    """A line for each network, way, size and brush, with the share read rightly of all and of each writer."""
    labels = np.array([digit.label for digit in digits])
    writers = np.array([digit.writer for digit in digits])
    lines = []
    for way, size, brush in itertools.product(WAYS, SIZES, BRUSHES):
        pictures = draw(digits, way, size, brush)
        for record in networks:
            right = predict_proba(record.path, pictures).argmax(1) == labels
            by_writer = {str(writer): round(float(right[writers == writer].mean()), 4) for writer in np.unique(writers)}
            line = {"network": record.id, "way": way, "size": size, "brush": brush}
            lines.append(line | {"accuracy": round(float(right.mean()), 4), "writers": by_writer})
    return lines


def make_tables(lines: Sequence[Line], test_accuracies: Mapping[str, float]) -> str:
    """Markdown: accuracies by way, network, size and brush, then by writer."""
    columns = list(itertools.product(SIZES, BRUSHES))
    head = ["network", "MNIST test", *(f"{size} {brush}" for size, brush in columns)]
    found = {(line["network"], line["way"], line["size"], line["brush"]): line for line in lines}
    parts = []
    for way in WAYS:
        rows = [
            [f"`{name}`", f"{test:.2%}", *(f"{found[name, way, *column]['accuracy']:.1%}" for column in columns)]
            for name, test in test_accuracies.items()
        ]
        parts += [f"### {way.capitalize()}", "", _table(head, rows), ""]
    writers = lines[0]["writers"]
    rows = [
        [f"`{name}`", *(f"{share:.1%}" for share in found[name, "strokes", "full", BRUSHES[0]]["writers"].values())]
        for name in test_accuracies
    ]
    parts += ["### Strokes, by writer", "", _table(["network", *writers], rows)]
    return "\n".join(parts)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _networks(more: Iterable[Path]) -> dict[str, RunRecord]:
    """The bundled networks of MNIST, the best first, and those of the folders."""
    bundled = [record for record in RunStore(BUNDLED_RUNS).all() if record.config.dataset == "mnist"]
    records = [record for record in (*map(read_run, more), *bundled) if record.result and record.can_predict]
    return {record.id: record for record in sorted(records, key=_test_accuracy, reverse=True)}


def _test_accuracy(record: RunRecord) -> float:
    return record.result.test_accuracy if record.result else 0.0


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.handwriting.pen_digits", description=__doc__.splitlines()[0]
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="pen strokes, UNIPEN text, gzipped")
    parser.add_argument("--run", type=Path, action="append", default=[], metavar="FOLDER", help="another run's folder")
    given = parser.parse_args(arguments)
    try:
        networks = _networks(given.run)
        digits = load_pen_digits(given.file, VALIDATION_WRITERS)
        lines = measure(digits, list(networks.values()))
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    test_accuracies = {name: _test_accuracy(record) for name, record in networks.items()}
    print(make_tables(lines, test_accuracies))
    result = {"digits": len(digits), "test_accuracy": test_accuracies, "pen_digits": lines}
    write_atomically(RESULTS, json.dumps(result, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
