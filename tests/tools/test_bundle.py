"""Runs made short enough to come with the app."""

import numpy as np
import pytest

from core.config.run_config import RunConfig
from core.execution.train_run import train_run
from core.runs.history import History
from core.runs.record import FINISHED, read_run
from core.runs.store import RunStore
from core.training.events import EpochEnd, RunFinished, RunStarted, RunStopped, StepEnd, StepMeans, from_line, to_line
from tools.bundle import bundle, main
from tools.thinning import MAX_LINES, MAX_LOSSES, thin


def epoch_of(number, n_steps, first_step, per_event=7):
    events = []
    for start in range(0, n_steps, per_event):
        size = min(per_event, n_steps - start)
        losses = tuple(float(first_step + start + step + 1) for step in range(size))
        step = first_step + start + size
        events.append(StepEnd(step, number, losses, start / n_steps, 0.1, 100.0 + start, float(step)))
    end = EpochEnd(first_step + n_steps, number, 1.0, 0.5, None, None, None, None, float(first_step + n_steps))
    return [*events, end]


STARTED = RunStarted(0, 0, 10_005, 5000, 100, 0, 10, "cpu")
EVENTS = [STARTED, *epoch_of(1, 5001, 0), *epoch_of(2, 5004, 5001), RunFinished(10_005, 10_005.0)]


def test_it_is_short_and_keeps_start_epochs_and_end():
    short = thin(EVENTS)
    means = [event for event in short if isinstance(event, StepMeans)]
    assert len(means) <= MAX_LINES + 2
    assert sum(len(event.losses) for event in means) <= MAX_LOSSES + len(means)
    assert short[0] == STARTED
    assert short[-1] == EVENTS[-1]
    assert [e for e in short if isinstance(e, EpochEnd)] == [e for e in EVENTS if isinstance(e, EpochEnd)]


def test_its_history_has_every_step_with_a_loss_close_to_the_real_one():
    history = History().apply(thin(EVENTS))
    losses = np.asarray(history.step_losses)
    assert len(losses) == 10_005
    assert losses.mean() == pytest.approx(np.arange(1, 10_006).mean())
    assert np.abs(losses - np.arange(1, 10_006)).max() < 12
    assert history.last.step == 10_005
    assert [row.step for row in history.epochs] == [5001, 10_005]


def test_accuracy_is_weighted_by_steps():
    events = [
        STARTED,
        *(StepEnd(2 * n, 1, (1.0, 3.0), n / 1000, 0.1, 50.0, float(n)) for n in range(1, 501)),
    ]
    means = [event for event in thin(events) if isinstance(event, StepMeans)]
    assert means[0].n_steps == 10
    assert means[0].accuracy == pytest.approx(0.003)
    assert means[0].samples_per_second == pytest.approx(50)
    assert means[0].losses == (1.0, 3.0) * 5


def test_what_was_done_twice_after_an_interruption_counts_once():
    first, again = epoch_of(1, 700, 0)[:60], epoch_of(1, 700, 0)[50:]
    restarted = RunStarted(350, 0, 700, 700, 100, 0, 10, "cpu")
    short = thin([STARTED, *first, RunStopped(420, 1.0, True), restarted, *again, RunFinished(700, 1.0)])
    assert sum(isinstance(event, RunStarted) for event in short) == 1
    assert not any(isinstance(event, RunStopped) for event in short)
    np.testing.assert_allclose(History().apply(short).step_losses, np.arange(1, 701), atol=1)


def test_short_steps_survive_the_log():
    event = next(event for event in thin(EVENTS) if isinstance(event, StepMeans))
    again = from_line(to_line(event))
    assert isinstance(again, StepMeans)
    assert len(again.every_loss()) == event.n_steps


def test_uneven_parts_are_longer_first():
    event = StepMeans(5, 1, (1.0, 2.0), 0.5, 0.1, 1.0, 1.0, 5)
    assert event.every_loss() == (1.0, 1.0, 1.0, 2.0, 2.0)


def test_a_bundled_run_reads_as_the_run_it_was(tmp_path):
    config = RunConfig(dataset="digits", arch="softmax", epochs=2, device="cpu", seed=3)
    store = RunStore(tmp_path / "runs")
    record = store.create(config, "A name", {"recipe": "x"})
    assert train_run(record, tmp_path).status == FINISHED
    record = store.get(record.id)
    target = tmp_path / "bundled" / "x"
    (target / "old").mkdir(parents=True)
    bundle(record, target)
    copy = read_run(target, bundled=True)
    assert (copy.id, copy.name, copy.config, copy.tags, copy.result) == (
        "x", "A name", config, {"recipe": "x"}, record.result,
    )  # fmt: skip
    assert len(copy.history().step_losses) == len(record.history().step_losses)
    assert copy.history().epochs == record.history().epochs
    assert sorted(path.name for path in target.iterdir()) == [
        "card.json", "config.json", "events.jsonl", "predictions.safetensors", "weights.safetensors",
    ]  # fmt: skip


@pytest.mark.parametrize(("recipe", "message"), [("mlp-sweep", "is a grid of runs"), ("x", "Unknown recipe 'x'")])
def test_only_single_recipes_can_be_bundled(capsys, recipe, message):
    assert main([recipe]) == 1
    assert message in capsys.readouterr().err
