"""Images that the first epoch makes ambiguous, counted."""

import numpy as np

from benchmarks.training.data_map import count_moved
from core.dynamics.examples import summarize_examples
from core.training.epoch_record import EpochRecord


def test_images_are_counted_that_are_ambiguous_with_the_first_epoch_and_of_these_the_easy_ones():
    # An image a column: learnt after the first epoch, never settled, easy from the beginning, hard after the first.
    shown = [[0.0, 0.0, 0.9, 1.0], [1.0, 1.0, 0.9, 0.1], [1.0, 0.0, 0.9, 0.1]]
    records = [
        EpochRecord(epoch, np.array(row, np.float16), np.array(row) > 0.5, None, None)
        for epoch, row in enumerate(shown, start=1)
    ]
    assert count_moved(summarize_examples(records), summarize_examples(records, first_counted=2)) == (3, 1)
