"""How soon explanations are there, for each network that comes with the app.

    python -m benchmarks.app.explain [--pictures 20]

Asks the compute process as the Draw page does and prints median and longest seconds as JSON: of each way to look
at a prediction ("grad-cam" only for networks with a convolution), of all layers ("layers"), and of the smallest
change into the class that comes second ("change") and into the least likely one ("far change"), with the median
number of its pixels ("pixels", "far pixels") and how many were found. The network is loaded before; "first" is the
very first explanation, which also loads captum. The pictures are the embedded digits, for every network.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.data.datasets import Images, load_dataset
from core.errors import ExplanationError
from core.execution.compute_client import ComputeClient
from core.explain.ask import attribute_run, change_picture, look_at_layers
from core.explain.change import SmallestChange
from core.explain.methods import METHODS, OCCLUSION
from core.inference.networks import predict_proba
from core.settings import BUNDLED_RUNS, data_root

Call = Callable[..., Any]
Classes = NDArray[np.int64]


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=20)
    count = parser.parse_args(arguments).pictures
    pictures = load_dataset("digits", data_root()).test.images[:count]
    with contextlib.closing(ComputeClient()) as compute:
        for number, run in enumerate(sorted(path.parent for path in BUNDLED_RUNS.glob("*/weights.safetensors"))):
            compute.call(predict_proba, run, pictures)
            if number == 0:
                seconds, _ = _timed(compute.call, attribute_run, run, pictures[0], OCCLUSION, 0, None)
                print(json.dumps({"first": round(seconds, 3)}))
            print(json.dumps({run.name: measure(compute.call, run, pictures)}), flush=True)


def measure(call: Call, run: Path, pictures: Images) -> dict[str, Any]:
    """Seconds and pixels, as described above, for one network."""
    orders: Classes = np.argsort(-call(predict_proba, run, pictures), axis=1, kind="stable")
    figures = {name: _seconds(times) for name, times in _look(call, run, pictures, orders[:, 0])}
    for name, place in (("", 1), ("far ", -1)):
        runs = [_timed(call, change_picture, run, *pair) for pair in zip(pictures, orders[:, place], strict=True)]
        found = [change for _, change in runs if change is not None]
        figures |= {f"{name}change": _seconds([seconds for seconds, _ in runs]), f"{name}pixels": _pixels(found)}
    return figures


def _look(call: Call, run: Path, pictures: Images, read: Classes) -> Iterator[tuple[str, list[float]]]:
    for method in METHODS:
        asked = [(run, picture, method, int(best), None) for picture, best in zip(pictures, read, strict=True)]
        # A network without a convolution has no Grad-CAM.
        with contextlib.suppress(ExplanationError):
            yield method, [_timed(call, attribute_run, *arguments)[0] for arguments in asked]
    yield "layers", [_timed(call, look_at_layers, run, picture)[0] for picture in pictures]


def _timed(call: Call, *arguments: Any) -> tuple[float, Any]:
    start = time.perf_counter()
    result = call(*arguments)
    return time.perf_counter() - start, result


def _seconds(times: list[float]) -> dict[str, float]:
    return {"median": round(median(times), 4), "max": round(max(times), 4)}


def _pixels(found: list[SmallestChange]) -> dict[str, float]:
    return {"found": len(found), "median": median(map(len, found)) if found else 0}


if __name__ == "__main__":
    main()
