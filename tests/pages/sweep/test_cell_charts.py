"""The confusion matrix and the map of a sweep, drawn."""

import numpy as np
import pytest

from core.charts.cells import Axis
from core.charts.evaluation.confusion import confusion_data
from core.charts.sweep import sweep_data
from core.charts.sweep_bars import sweep_bars
from core.runs.record import RUNNING, RunState, write_state
from core.storage.locks import hold_in_queue
from core.sweep.cells import gather_cells
from core.sweep.records import SweepStore
from core.texts.message import message
from pages.components.charts.cells import cell_chart
from pages.components.charts.evaluation.confusion import confusion_chart
from pages.components.charts.palette import RIGHT, TRAIN, WRONG
from pages.components.charts.sweep import sweep_chart
from pages.components.charts.sweep_bars import sweep_bars_chart
from tests.sweeps import add_trial, make_space, make_trials

NAMES = ("ant", "bee", "cat")
COUNTS = np.array([[1200, 4, 0], [2, 90, 8], [0, 0, 0]])


def hovers_of(chart):
    """What is said of each cell, by its row and column."""
    targets = chart.data[-1]
    return dict(zip(zip(targets.y, targets.x, strict=True), targets.hovertext, strict=True))


def test_every_cell_of_the_matrix_can_be_clicked():
    cells = hovers_of(confusion_chart(confusion_data(COUNTS, NAMES)))
    assert len(cells) == 9
    assert cells[1, 2] == "<b>bee taken for cat</b><br>8 of 100 images<br>8.0% of true bee<br>100.0% of predicted cat"
    assert cells[2, 1].startswith("<b>cat taken for bee</b>")


def test_the_matrix_has_square_cells_with_the_first_class_on_top():
    layout = confusion_chart(confusion_data(COUNTS, NAMES)).layout
    assert (layout.xaxis.title.text, layout.yaxis.title.text) == ("Predicted", "True")
    assert layout.yaxis.scaleanchor == "x"
    assert layout.xaxis.range == (-0.5, 2.5)
    assert layout.yaxis.range == (2.5, -0.5)
    assert layout.xaxis.ticktext == NAMES


def test_texts_lie_on_their_cells():
    texts = confusion_chart(confusion_data(COUNTS, NAMES)).data[2]
    written = {(y, x): text for y, x, text in zip(texts.y, texts.x, texts.text, strict=True) if text}
    assert written == {(0, 0): "1200", (0, 1): "4", (1, 0): "2", (1, 1): "90", (1, 2): "8"}


def layers(chart):
    """The colour of each layer of tints and its tints."""
    maps = [trace for trace in chart.data if trace.type == "heatmap"]
    return [(strongest_colour(trace), [list(row) for row in trace.z]) for trace in maps]


def strongest_colour(trace):
    *rgb, _ = trace.colorscale[-1][1].removeprefix("rgba(").split(",")
    return "#" + "".join(f"{int(part):02x}" for part in rgb)


@pytest.mark.parametrize(("name", "angle"), [("cat", 0), ("cats", -45)])
def test_long_names_below_the_matrix_rise_to_their_columns(name, angle):
    assert confusion_chart(confusion_data(COUNTS, ("ant", "bee", name))).layout.xaxis.tickangle == angle


def test_right_answers_and_wrong_ones_have_their_own_colours():
    data = confusion_data(COUNTS, NAMES)
    shown = layers(confusion_chart(data))
    assert shown == [(RIGHT, [list(row) for row in data.right]), (WRONG, [list(row) for row in data.wrong])]


def test_each_state_of_a_sweep_s_cells_has_its_own_colour(store):
    sweeps, space = SweepStore(store), make_space(lr=(0.1, 0.2, 0.3, 0.4))
    sweep = make_trials(sweeps, space, [0.8])
    add_trial(store, sweep, 1, reason="The loss became nan.")
    active = add_trial(store, sweep, 2)
    write_state(active.path, RunState(RUNNING))
    lock = hold_in_queue(active.path)
    shown = dict(layers(sweep_chart(sweep_data(space, gather_cells(space, sweeps.trials(sweep))))))
    lock.release()
    assert shown[RIGHT] == [[1.0, None, None, None]]
    assert shown[WRONG] == [[None, 1.0, None, None]]
    assert shown[TRAIN] == [[None, None, 1.0, None]]
    assert sorted(shown.keys() - {RIGHT, WRONG, TRAIN}) == ["#94a3b8"]


def test_every_cell_of_a_sweep_s_map_can_be_clicked(store):
    sweeps, space = SweepStore(store), make_space(lr=(0.1, 0.2), batch_size=(8, 16, 32))
    sweep = make_trials(sweeps, space, [0.8, 0.95])
    add_trial(store, sweep, 2, reason="The <loss> became nan in step 3.")
    chart = sweep_chart(sweep_data(space, gather_cells(space, sweeps.trials(sweep))))
    cells = hovers_of(chart)
    assert len(cells) == 6
    assert cells[0, 1] == "<b>Learning rate 0.1 · Batch size 16</b><br>Validation accuracy 95.00%"
    # A reason may quote text from outside, which is not markup.
    assert cells[0, 2] == (
        "<b>Learning rate 0.1 · Batch size 32</b><br>failed<br>The &lt;loss&gt; became nan in step 3."
    )
    assert cells[1, 0].startswith("<b>Learning rate 0.2 · Batch size 8</b>")
    assert chart.layout.xaxis.title.text == "Batch size"
    assert chart.layout.yaxis.ticktext == ("0.1", "0.2")


def test_each_cell_has_a_frame_as_large_as_itself_that_is_not_seen_until_it_is_chosen():
    rows, columns = Axis(message("Row"), ("a", "b")), Axis(message("Column"), ("c", "d", "e"))
    nothing = ((("",) * 3),) * 2
    frames = cell_chart(rows, columns, [], nothing, (((message("x"),),) * 3,) * 2).layout.shapes
    # The page shows a frame by its number, which counts row by row.
    middles = [((frame.x0 + frame.x1) / 2, (frame.y0 + frame.y1) / 2) for frame in frames]
    assert middles == [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1), (2, 1)]
    assert {frame.opacity for frame in frames} == {0}
    for sides in ([frame.x1 - frame.x0 for frame in frames], [frame.y1 - frame.y0 for frame in frames]):
        assert all(0.9 < side < 1 for side in sides), "neighbours' frames do not touch"


def test_error_bars_are_as_long_as_the_deviations(sweeps):
    space = make_space(2, lr=(0.1, 0.2))
    sweep = make_trials(sweeps, space, [0.7, 0.90, 0.8, 0.92])
    [points] = sweep_bars_chart(sweep_bars(space, gather_cells(space, sweeps.trials(sweep)))).data
    assert list(points.x) == ["0.1", "0.2"]
    assert list(points.error_y.array) == pytest.approx([7.0710678, 1.4142136])
