"""The figures of `benchmarks.reproduction.reproduce` as a page of tables."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean
from typing import Any

from core.config.recipes import TUTORIALS, Recipe

Entry = dict[str, Any]

_HEAD = """# Reproduced figures

Made by `python -m benchmarks.reproduction.reproduce`, which trains every tutorial's recipe (`TUTORIALS` in
`core/config/recipes.py`) from scratch over several seeds (the recipe's own and the ones after it) and writes this page
and the raw figures in `benchmarks/results/reproduction.json`. What has figures there is not trained again. No epoch and
no setting was chosen by the test set: each recipe's settings are its tutorial's, and the weights measured are the last
epoch's. Where a tutorial leaves a reading open, the notes say which one was taken and what the other gave. Published
figures come from a single run each, so a published figure agrees where it lies within the range over our seeds.
"""
_NOTES = """## Notes

- Of the NumPy network's start its tutorial says only that it is Kaiming's, uniform. Here that is He's rule for ReLU,
  within ±√(6 / inputs) with biases 0, and the PyTorch twin takes over the same numbers. PyTorch's default for
  `nn.Linear`, within ±1/√inputs, gave 97.39 % to 97.55 % on the test set over the seeds 1 to 5.
- Where the learning rate stays the same to the end, the last epoch's accuracy jumps from epoch to epoch, by about
  0.2 points on MNIST and 1 on Fashion-MNIST. That is most of the range over the seeds.
- The published training figures of `fashion-mlp` lie just outside ours: its loss by 0.002, its accuracy by 0.1 points.
  Starting the biases as `nn.Linear` does instead of from 0 was tried over the seeds 1 to 5 and does not explain it
  (training loss 0.381 to 0.384 again).
- All were trained with gradients derived by hand ([speed.md](speed.md)), with other work beside them, which the times
  show. Autograd rounds otherwise, so a seed ends at other figures by it: `tiny-mlp-2` with seed 1 at 95.81 % by hand,
  and at 95.85 % by autograd, as the network that comes with the app; `cnn` with seed 1 at 99.12 % and at 99.08 %.
- Eight logs of PyTorch's own CNN example, found published by its users, end between 98.98 % and 99.25 %, with a
  median of 99.18 %.
"""
_FIGURES = {"test_accuracy": "test accuracy", "train_accuracy": "training accuracy", "train_loss": "training loss"}


def make_report(results: Sequence[Entry]) -> str:
    """Markdown. Figures of a configuration that its recipe no longer has are left out."""
    runs = {recipe.id: _current(recipe, results) for recipe in TUTORIALS.values()}
    parts = [_HEAD, _accuracies(runs), _published(runs)]
    parts += [_grid(recipe, runs[recipe.id]) for recipe in TUTORIALS.values() if recipe.grid and runs[recipe.id]]
    parts += [_NOTES, _origin([entry for entries in runs.values() for entry in entries])]
    return "\n".join(part for part in parts if part)


def _current(recipe: Recipe, results: Sequence[Entry]) -> list[Entry]:
    """The entries whose settings are the recipe's, apart from the seed."""
    cells = [cell.to_dict() | {"seed": None} for cell in recipe.cells()]
    return [entry for entry in results if entry["recipe"] == recipe.id and entry["config"] | {"seed": None} in cells]


def _accuracies(runs: dict[str, list[Entry]]) -> str:
    rows = []
    for recipe_id, entries in runs.items():
        if entries and not TUTORIALS[recipe_id].grid:
            found = [entry["test_accuracy"] for entry in entries]
            seconds = mean(entry["seconds"] for entry in entries)
            rows.append(
                f"| `{recipe_id}` | {mean(found):.2%} | {min(found):.2%} – {max(found):.2%} | {len(found)} "
                f"| {_goal(TUTORIALS[recipe_id], found)} | {seconds:.0f} s |"
            )
    head = "| recipe | mean | range | seeds | goal | training time |\n|---|---|---|---|---|---|"
    return "\n".join(["## Test accuracy\n", head, *rows, ""])


def _goal(recipe: Recipe, found: Sequence[float]) -> str:
    if recipe.goal is None:
        return "see below"
    reached = sum(accuracy >= recipe.goal for accuracy in found)
    return f"≥ {recipe.goal:.1%}: reached by {reached} of {len(found)}"


def _published(runs: dict[str, list[Entry]]) -> str:
    rows = [
        f"| `{recipe.id}` | {_FIGURES[name]} | {_as_published(name, figure)} "
        f"| {_compare(name, figure, runs[recipe.id])} |"
        for recipe in TUTORIALS.values()
        for name, figure in recipe.published.items()
        if runs[recipe.id]
    ]
    if not rows:
        return ""
    head = "| recipe | figure | published | mean | range | the published figure is |\n|---|---|---|---|---|---|"
    return "\n".join(["## Against the published runs\n", head, *rows, ""])


def _compare(name: str, figure: float, entries: Sequence[Entry]) -> str:
    found = [entry[name] for entry in entries]
    place = "within" if min(found) <= figure <= max(found) else "above" if figure > max(found) else "below"
    low, high = _number(name, min(found)), _number(name, max(found))
    return f"{_number(name, mean(found))} | {low} – {high} | {place} ours"


def _number(name: str, value: float) -> str:
    return f"{value:.3f}" if name.endswith("loss") else f"{value:.2%}"


def _as_published(name: str, value: float) -> str:
    """With no more digits than it was published with."""
    return f"{value:.3f}" if name.endswith("loss") else f"{100 * value:.4g}%"


def _grid(recipe: Recipe, entries: Sequence[Entry]) -> str:
    """Validation accuracy over the two fields of a grid, and the best cell's test accuracy."""
    (row_name, row_values), (column_name, column_values) = recipe.grid.items()
    head = f"| {row_name} \\ {column_name} | " + " | ".join(_text(value) for value in column_values) + " |"
    rows = [head, "|---" * (len(column_values) + 1) + "|"]
    for row in row_values:
        cells = [_cell(entries, {row_name: row, column_name: column}) for column in column_values]
        rows.append(f"| {_text(row)} | " + " | ".join(cells) + " |")
    best = max(entries, key=lambda entry: entry["val_accuracy"])
    where = ", ".join(f"{name} {_text(_value(best, name))}" for name in recipe.grid)
    text = f"Best of {len(entries)} cells: {where}, whose test accuracy is {best['test_accuracy']:.2%}."
    return "\n".join([f"## `{recipe.id}`: validation accuracy\n", *rows, "", text, ""])


def _cell(entries: Sequence[Entry], values: dict[str, Any]) -> str:
    for entry in entries:
        if all(_text(_value(entry, name)) == _text(value) for name, value in values.items()):
            return f"{entry['val_accuracy']:.2%}"
    return "…"


def _value(entry: Entry, name: str) -> Any:
    config = entry["config"]
    return config[name] if name in config else config["options"][name]


def _text(value: Any) -> str:
    return "-".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


def _origin(entries: Sequence[Entry]) -> str:
    def all_of(name: str) -> str:
        return ", ".join(sorted({str(entry[name]) for entry in entries}))

    versions = sorted({", ".join(f"{name} {version}" for name, version in e["versions"].items()) for e in entries})
    threads = ", ".join(sorted({str(entry["config"]["threads"]) for entry in entries}))
    return "\n".join([
        "## Measured with\n",
        f"- {all_of('machine')}; computed on {all_of('device')} with {threads} thread a run, other work beside it,",
        "  so the times are a guide only.",
        f"- {'; '.join(versions)}.",
        f"- Commits {all_of('commit')}; {all_of('date')}.",
        "",
    ])  # fmt: skip
