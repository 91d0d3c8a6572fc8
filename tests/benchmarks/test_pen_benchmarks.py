"""Pen digits: their renderings to train on, the training's beginning, and the figures' tables."""

import json

import numpy as np
import pytest

from benchmarks.handwriting import pen_digits
from core.data.image_file import load_images
from core.learners.factory import create_learner
from core.runs.result import RunResult, write_result
from core.runs.store import RunStore
from core.storage.arrays import save_arrays
from tests.made import make_config, make_confusion
from tools import train_handwriting as handwriting
from tools.pen.pen_digits import VALIDATION_WRITERS, PenDigit
from tools.pen.renderings import render_all, vary

HOOK = np.array([[10.0, 0.0], [60.0, -100.0], [80.0, -20.0], [80.0, 100.0]])
BAR = np.array([[0.0, 20.0], [100.0, 25.0]])
FOUR, ONE = PenDigit(4, 2, (HOOK, BAR)), PenDigit(1, 3, (BAR[:, ::-1],))


def unipen(writers):
    digit = '.SEGMENT DIGIT 0 ? "1"\n.COMMENT 1 {} 7\n.PEN_DOWN\n 50 400\n 50 100\n.PEN_UP\n'
    return "".join(digit.format(writer) for writer in writers)


def test_each_digit_is_rendered_several_times_and_never_alike():
    images = render_all([FOUR, ONE], 12, seed=5)
    assert (images.images.shape, images.images.dtype) == ((24, 28, 28), np.uint8)
    assert images.labels.tolist() == [4] * 12 + [1] * 12
    assert images.labels.dtype == np.int64
    assert len(np.unique(images.images, axis=0)) == 24
    assert images.images.max((1, 2)).min() > 150
    np.testing.assert_array_equal(render_all([FOUR, ONE], 12, seed=5).images, images.images)
    assert not np.array_equal(render_all([FOUR, ONE], 12, seed=6).images, images.images)


def test_renderings_differ_in_thickness():
    ink = render_all([ONE], 60, seed=1).images.sum((1, 2)) / 255
    assert ink.max() > 1.5 * ink.min()


def test_variations_stay_near_the_digit():
    random = np.random.default_rng(1)
    steep, wide = [], []
    for _ in range(200):
        hook, bar = vary(FOUR.strokes, random)
        # First and last point stay, whatever is left out between them.
        (x, y), (x2, y2) = hook[0], hook[-1]
        steep.append(np.degrees(np.arctan2(x2 - x, y2 - y)))
        wide.append((bar[-1, 0] - bar[0, 0]) / 100)
        assert np.ptp(np.concatenate([hook, bar]), axis=0).max() < 320
    # The hook leans by 35 degrees to begin with.
    assert 5 < min(steep) < 30 < 40 < max(steep) < 65
    assert 0.6 < min(wide) < 0.95 < 1.05 < max(wide) < 1.6


def test_the_run_that_will_be_trained_says_what_it_is_trained_on(tmp_path, store):
    file = tmp_path / "strokes.unipen"
    file.write_text(unipen([1, 2, 25]))
    record = handwriting.prepare(store, file, make_config(), [1, 2], renderings=3)
    assert record.tags["extra"] == "pen digits of 2 writers, 3 pictures of each"
    assert len(load_images(record.extra_file)) == 6


@pytest.fixture
def network(store):
    """A run that reads nothing rightly but 1s, with a card."""
    record = store.create(make_config(dataset="mnist"))
    arrays = create_learner(record.config).state_dict()
    arrays = {name: np.zeros_like(array) for name, array in arrays.items()}
    arrays["1.bias"][1] = 1.0
    save_arrays(record.weights_file, arrays)
    write_result(
        record.path, RunResult(1, 1, None, None, 0.1135, 2.3, 10_000, 7850, 1.0, "cpu", make_confusion(0.1135))
    )
    return store.get(record.id)


def test_figures_are_counted_by_writer(network):
    digits = [ONE, ONE, FOUR, PenDigit(1, 2, ONE.strokes)]
    lines = pen_digits.measure(digits, [network])
    assert len(lines) == len(pen_digits.WAYS) * len(pen_digits.SIZES) * len(pen_digits.BRUSHES)
    assert all(line["accuracy"] == 0.75 for line in lines)
    assert lines[0]["writers"] == {"2": 0.5, "3": 1.0}
    tables = pen_digits.make_tables(lines, {network.id: 0.1135})
    assert f"| `{network.id}` | 11.35% | 75.0% |" in tables
    assert tables.endswith(f"| `{network.id}` | 50.0% | 100.0% |")


def test_ways_of_drawing_differ_in_what_they_leave_of_brush_and_size():
    def ink(way, size, brush):
        return pen_digits.draw([FOUR], way, size, brush).sum() / 255

    assert ink("strokes", "full", 4) == pytest.approx(ink("strokes", "half", 40), rel=0.02)
    assert ink("bitmap", "full", 40) == pytest.approx(ink("strokes", "full", 40), rel=0.3)
    assert not np.array_equal(*(pen_digits.draw([FOUR], way, "full", 8) for way in ("strokes", "bitmap")))
    assert ink("shrunk", "half", 4) < 0.2 * ink("strokes", "half", 4)


def test_the_command_writes_its_figures(tmp_path, monkeypatch, capsys, network):
    file, results = tmp_path / "strokes.unipen", tmp_path / "results.json"
    monkeypatch.setattr(pen_digits, "BUNDLED_RUNS", tmp_path / "none")
    monkeypatch.setattr(pen_digits, "RESULTS", results)
    file.write_text(unipen(VALIDATION_WRITERS))
    assert pen_digits.main([str(file), "--run", str(network.path)]) == 0
    assert "### Strokes, by writer" in capsys.readouterr().out
    assert json.loads(results.read_text())["digits"] == 8
    file.write_text("nothing")
    assert pen_digits.main([str(file)]) == 1
    assert 'no line ".SEGMENT DIGIT"' in capsys.readouterr().err


def test_the_network_that_comes_with_the_app_is_the_one_described():
    record = RunStore(pen_digits.BUNDLED_RUNS).get(handwriting.NAME)
    assert record.config == handwriting.CONFIG
    assert record.result.test_accuracy >= 0.993
