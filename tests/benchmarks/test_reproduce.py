"""The order of the reproduction's runs, its resumption and its tables, without training."""

import json

import pytest

from benchmarks.reproduction import reproduce
from benchmarks.reproduction.report import make_report
from core.config.recipes import RECIPES, TUTORIALS, Recipe
from core.runs.store import RunStore


def entry(recipe_id, test_accuracy, seed=1, config=None, **figures):
    config = (config or RECIPES[recipe_id].config).replace(seed=seed)
    return {
        "recipe": recipe_id,
        "config": json.loads(json.dumps(config.to_dict())),
        "test_accuracy": test_accuracy,
        "test_loss": 0.1,
        "val_accuracy": None,
        "train_accuracy": 0.9,
        "train_loss": 0.3,
        "seconds": 10.0,
        "device": "cpu",
        "machine": "A processor, 2 processors",
        "versions": {"torch": "9.9"},
        "commit": "abc1234",
        "date": "2026-01-01",
    } | figures


def line_of(report, start):
    return next(line for line in report.splitlines() if line.startswith(start))


def test_the_plan_counts_seeds_and_leaves_the_long_ones_for_last():
    jobs = reproduce.plan(list(RECIPES.values()), 3)
    seeds = {}
    for recipe, config in jobs:
        seeds.setdefault(recipe.id, []).append(config.seed)
    assert seeds["deep-mlp"] == [1, 2, 3]
    assert seeds["cnn"] == [1, 2, 3]
    assert seeds["mlp-sweep"] == [1] * 16
    assert [recipe.id for recipe, _ in jobs[-18:]] == ["mlp-sweep"] * 16 + ["cnn"] * 2


def test_means_ranges_and_goals():
    report = make_report([entry("deep-mlp", 0.974), entry("deep-mlp", 0.98, seed=2)])
    line = line_of(report, "| `deep-mlp`")
    assert line == "| `deep-mlp` | 97.70% | 97.40% – 98.00% | 2 | ≥ 97.5%: reached by 1 of 2 | 10 s |"


@pytest.mark.parametrize(
    ("ours", "place"),
    [((0.9701, 0.98), "within ours"), ((0.98, 0.981), "below ours"), ((0.96, 0.9760), "above ours")],
)
def test_a_published_figure_is_placed_among_ours(ours, place):
    report = make_report([entry("torch-mlp", value, seed) for seed, value in enumerate(ours)])
    assert place in line_of(report.partition("## Against")[2], "| `torch-mlp`")


def test_a_published_figure_is_shown_as_precisely_as_it_was_given():
    lines = make_report([entry("numpy-mlp", 0.97), entry("fashion-mlp", 0.8391)]).partition("## Against")[2]
    assert line_of(lines, "| `numpy-mlp` | test accuracy").startswith(
        "| `numpy-mlp` | test accuracy | 97.68% | 97.00% |"
    )
    assert "| 85% | 83.91% |" in line_of(lines, "| `fashion-mlp` | test accuracy")


def test_the_grid_is_laid_out_and_its_best_cell_named():
    cells = RECIPES["mlp-sweep"].cells()
    results = [entry("mlp-sweep", 0.5, config=cells[0], val_accuracy=0.95)]
    results.append(entry("mlp-sweep", 0.975, config=cells[8], val_accuracy=0.976))
    report = make_report(results)
    assert line_of(report, "| 32-32") == "| 32-32 | 95.00% | … | … | … |"
    assert "Best of 2 cells: hidden 128-128, batch_size 8, whose test accuracy is 97.50%." in report


def test_figures_of_other_settings_are_left_out():
    other = RECIPES["deep-mlp"].config.replace(lr=0.5)
    assert "deep-mlp" not in make_report([entry("deep-mlp", 0.9, config=other)])


def test_figures_from_before_a_setting_came_still_count(tmp_path, monkeypatch):
    monkeypatch.setattr(reproduce, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(reproduce, "REPORT", tmp_path / "report.md")
    old = entry("deep-mlp", 0.974)
    for name in ("train_images", "augment", "precision", "gradients"):
        del old["config"][name]
    reproduce.RESULTS.write_text(json.dumps([old]), encoding="utf-8")
    assert reproduce.main(["deep-mlp", "--seeds", "1", "--store", str(tmp_path / "runs")]) == 0
    assert not RunStore(tmp_path / "runs").all()
    assert "| `deep-mlp` | 97.40% |" in (tmp_path / "report.md").read_text()


def test_the_page_is_what_the_command_makes_of_the_figures():
    assert reproduce.REPORT.read_text(encoding="utf-8") == make_report(reproduce.load_results())


def test_without_recipes_the_command_trains_the_tutorials(tmp_path, monkeypatch):
    monkeypatch.setattr(reproduce, "REPORT", tmp_path / "report.md")
    trained = []
    monkeypatch.setattr(reproduce, "run", lambda jobs, _: trained.extend(recipe.id for recipe, _ in jobs))
    assert reproduce.main(["--seeds", "1"]) == 0
    assert {*trained} == {*TUTORIALS}


def test_what_has_figures_is_not_trained_again(tmp_path, monkeypatch):
    config = RECIPES["torch-mlp"].config.replace(dataset="digits", epochs=1, batch_size=64, val_fraction=0.1)
    recipe = Recipe("torch-mlp", "Twin", "A twin.", config)
    monkeypatch.setattr(reproduce, "RESULTS", tmp_path / "results.json")
    monkeypatch.setattr(reproduce, "REPORT", tmp_path / "report.md")
    store = RunStore(tmp_path / "runs")
    jobs = reproduce.plan([recipe], 2)
    reproduce.run(jobs[:1], store)
    reproduce.run(jobs, store)
    assert [e["config"]["seed"] for e in reproduce.load_results()] == [1, 2]
    assert len(store.all()) == 2
    reproduce.run(jobs, store)
    assert len(store.all()) == 2
    # Without the figures, the finished runs themselves are read again.
    (tmp_path / "results.json").unlink()
    reproduce.run(jobs, store)
    assert len(store.all()) == 2
    assert (tmp_path / "report.md").read_text().startswith("# Reproduced figures")
