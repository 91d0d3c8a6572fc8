"""How far "I am not sure" can be trusted: `python -m benchmarks.handwriting.uncertainty PEN_FILE`.

PEN_FILE holds the pen strokes that `tools.pen.pen_digits` describes. Measured are, on images that nothing was fitted or
chosen on (MNIST's test set, and the pen digits of writers 27 to 30):

- of each bundled network for digits: the expected calibration error before and after, and how often the prediction
  set at 99 % holds the true digit and how many digits it has;
- of the digit detector: how many digits it keeps, and of each family of non-digits how many it rejects. Families
  marked as held out were never trained on, nor any of their kind.

Prints tables and writes the figures to `benchmarks/results/uncertainty.json`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from core.data.catalog import find_dataset
from core.data.datasets import Images, load_split
from core.errors import LabError
from core.settings import PROJECT, data_root
from core.storage.atomic import write_atomically
from core.uncertainty.detector import detector_result, digit_shares
from core.uncertainty.prediction import usable_calibration
from tools.calibrate_bundled import bundled_readers
from tools.non_digits import doodles, families, held_out_doodles
from tools.non_digits.detector_data import pen_pictures
from tools.pen.pen_digits import REPORT_WRITERS, PenDigit, load_pen_digits

RESULTS = PROJECT / "benchmarks" / "results" / "uncertainty.json"
_SEED = 2
_COUNT = 500

Family = tuple[str, bool, Images]

_PRINTED = (
    ("letters of fonts", False, families.TRAINED_ALPHABETS, families.TRAINED_FONTS),
    ("Latin letters of unseen fonts", True, families.LATIN, families.HELD_OUT_FONTS),
    ("Cyrillic letters of fonts", True, families.HELD_OUT_ALPHABET, families.TRAINED_FONTS),
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.handwriting.uncertainty", description=__doc__.splitlines()[0]
    )
    parser.add_argument("pen_file", type=Path)
    given = parser.parse_args(arguments)
    try:
        pen = load_pen_digits(given.pen_file, REPORT_WRITERS)
        results = {"networks": measure_networks(), "detector": measure_detector(pen, data_root())}
    except (LabError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    write_atomically(RESULTS, json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    print(as_text(results))
    return 0


def measure_networks() -> dict[str, Any]:
    """The checks of each bundled network, as its calibration records them (`tools.calibrate_bundled`).

    Raises LabError where one has no calibration.
    """
    return {record.id: dict(_checks(record.path)) for record in bundled_readers()}


def _checks(run: Path) -> Iterator[tuple[str, Any]]:
    calibration, problem = usable_calibration(run)
    if calibration is None:
        raise LabError(f"{run.name}: {problem}")
    yield "temperature", round(calibration.temperature, 4)
    for check in calibration.checks:
        losses = {"loss_before": round(check.raw_loss, 5), "loss_after": round(check.loss, 5)}
        errors = {"ece_before": round(check.raw_error, 4), "ece_after": round(check.error, 4)}
        sets = {"coverage": round(check.coverage or 0, 4), "set_size": round(check.set_size or 0, 4)}
        yield str(check.words), {"n": check.n, **losses, **errors, **sets}


def measure_detector(pen: list[PenDigit], root: Path) -> dict[str, Any]:
    """Shares of digits kept and of non-digits rejected."""
    threshold = detector_result().threshold
    digits = {
        "MNIST’s test images": load_split("mnist", root, "test").images,
        "pen digits of writers 27 to 30": pen_pictures(pen).images,
    }
    kept = {words: _share(digit_shares(images) >= threshold) for words, images in digits.items()}
    rejected = [
        {"family": name, "held_out": held_out, "n": len(images), "rejected": _share(digit_shares(images) < threshold)}
        for name, held_out, images in non_digits(pen, root)
    ]
    means = {
        words: round(float(np.mean([line["rejected"] for line in rejected if line["held_out"] == held_out])), 4)
        for words, held_out in (("held out", True), ("trained", False))
    }
    return {"threshold": threshold, "kept": kept, "mean_rejected": means, "rejected": rejected}


def non_digits(pen: list[PenDigit], root: Path) -> Iterator[Family]:
    """Families of non-digits: name, whether it is held out, pictures. Clothes are Fashion-MNIST's test images."""
    random = np.random.default_rng(_SEED)
    yield "letters, drawn", False, families.letters(_COUNT, random, held_out=False)
    yield "Cyrillic letters, drawn", True, families.letters(_COUNT, random, held_out=True)
    for words, held_out, alphabet, fonts in _PRINTED:
        yield words, held_out, families.font_letters(_COUNT, random, alphabet, fonts)
    for held_out, group in ((True, held_out_doodles.HELD_OUT), (False, doodles.TRAINED)):
        for family in group:
            yield f"doodle: {family.__name__}", held_out, families.doodle(_COUNT // 2, random, family)
    yield from _clothes(root, random)
    yield "symbols", False, families.font_symbols(_COUNT, random)
    yield "two digits at once", False, families.pairs(_COUNT, random, pen)
    yield "filled shapes", False, families.silhouettes(_COUNT, random)
    yield "noise and blanks", False, families.noise(_COUNT, random)


def _clothes(root: Path, random: Generator) -> Iterator[Family]:
    """Each class as it is, and as the app makes a picture of it in several ways."""
    fashion = load_split("fashion-mnist", root, "test")
    for number, name in enumerate(find_dataset("fashion-mnist").class_names):
        held_out = number in families.HELD_OUT_CLOTHES
        yield f"clothes: {name}", held_out, fashion.images[fashion.labels == number]
        yield f"clothes: {name}, changed", held_out, families.clothes(_COUNT // 2, random, fashion, [number])


def as_text(results: Mapping[str, Any]) -> str:
    """The figures as tables."""
    lines = []
    for name, entry in results["networks"].items():
        lines.append(f"{name}: temperature {entry['temperature']}")
        lines += [f"  {words}: {_figures(figures)}" for words, figures in entry.items() if words != "temperature"]
    detector = results["detector"]
    lines.append(f"Digits kept at threshold {detector['threshold']}:")
    lines += [f"  {share:.2%} of {words}" for words, share in detector["kept"].items()]
    lines.append("Non-digits rejected, mean over families:")
    lines += [f"  {share:.1%} {words}" for words, share in detector["mean_rejected"].items()]
    for line in sorted(detector["rejected"], key=lambda line: (not line["held_out"], line["rejected"])):
        lines.append(f"  {line['rejected']:6.1%}  {line['family']}{' (held out)' * line['held_out']}, {line['n']:,}")
    return "\n".join(lines)


def _figures(check: Mapping[str, float]) -> str:
    return (
        f"n {check['n']:,}, loss {check['loss_before']:.4f} → {check['loss_after']:.4f}, "
        f"ECE {check['ece_before']:.2%} → {check['ece_after']:.2%}, "
        f"coverage {check['coverage']:.2%}, {check['set_size']:.2f} digits a set"
    )


def _share(which: Any) -> float:
    return round(float(np.mean(which)), 4)


if __name__ == "__main__":
    sys.exit(main())
