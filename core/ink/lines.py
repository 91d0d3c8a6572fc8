"""Which marks stand in one line of writing: from the boxes of strokes or of connected ink to lines from top to bottom.

Boxes are left, top, right, bottom, (n, 4). A line may be slanted and need not be straight, but all lines slant about
as much.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]

# All of these are in heights of the writing.
# A mark lower than this, such as the bar of a 5, goes with what is nearest instead of making a line.
_SMALL = 0.5
# Two marks' middles that are farther apart from top to bottom, with none between them, are in different lines.
_LINE_GAP = 0.5
# A neighbour in the same line is no farther than this.
_NEIGHBOUR = 3.0
# A single mark whose distance from what is above or below it is less than this is no line, but a part of that.
_TOUCH = 0.2
# The same where that is a single mark, too.
_TOUCH_ALONE = 0.3
# Marks that are no farther from each other from left to right are in one line if they overlap from top to bottom.
_BESIDE = 0.5
# Share of the lower mark's height by which two neighbours in a line overlap at least from top to bottom.
_OVERLAP = 0.3
# A neighbour's middle is at least this far to the right, in heights of the middle box: a mark above or below tells
# nothing of how a line falls.
_STEP_ASIDE = 0.3


def split_into_lines(boxes: Boxes) -> list[list[int]]:
    """The indices of the boxes in each line, from top to bottom; within a line in the order of their middles."""
    if not len(boxes):
        return []
    height = writing_height(boxes)
    big = np.flatnonzero(_sizes(boxes) >= min(_SMALL * height, _sizes(boxes).max()))
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    level = middles[:, 1] - _slope(boxes[big], height) * middles[:, 0]
    order = big[np.argsort(level[big], kind="stable")]
    starts = np.flatnonzero(np.diff(level[order]) > _LINE_GAP * height) + 1
    lines = _join_overlapping(boxes, [part.tolist() for part in np.split(order, starts)], height)
    owner = {index: line for line, members in enumerate(lines) for index in members}
    for index in sorted(set(range(len(boxes))) - owner.keys()):
        nearest = min(owner, key=lambda other: float(box_gaps(boxes[index], boxes[other]).max()))
        lines[owner[nearest]].append(index)
    return [sorted(line, key=lambda index: middles[index, 0]) for line in lines]


def writing_height(boxes: Boxes) -> float:
    """About the height of a digit: the median of the boxes' sizes, in which a large box counts for more."""
    sizes = np.sort(_sizes(boxes))
    return float(max(1e-9, sizes[np.searchsorted(np.cumsum(sizes), sizes.sum() / 2)]))


def box_gaps(one: Boxes, other: Boxes) -> Boxes:
    """The gaps between boxes along x and y, (..., 2); negative where they overlap."""
    return np.asarray(np.maximum(one[..., :2] - other[..., 2:], other[..., :2] - one[..., 2:]))


def _sizes(boxes: Boxes) -> Boxes:
    """The boxes' heights, or half their widths where that is more."""
    wide, high = (boxes[:, 2:] - boxes[:, :2]).T
    return np.asarray(np.maximum(high, wide / 2))


def _slope(boxes: Boxes, height: float) -> float:
    """By how much lines fall for a step to the right: the median from each box to its right neighbour."""
    middles, heights = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 3] - boxes[:, 1]
    slopes = []
    for index, box in enumerate(boxes):
        gaps = box_gaps(box, boxes)
        across = middles[:, 0] - middles[index, 0]
        beside = -gaps[:, 1] >= _OVERLAP * np.minimum(heights, heights[index])
        fit = np.flatnonzero(beside & (across > _STEP_ASIDE * height) & (gaps[:, 0] < _NEIGHBOUR * height))
        if len(fit):
            nearest = fit[across[fit].argmin()]
            slopes.append((middles[nearest, 1] - middles[index, 1]) / across[nearest])
    return float(np.median(slopes)) if slopes else 0.0


def _join_overlapping(boxes: Boxes, lines: list[list[int]], height: float) -> list[list[int]]:
    """The lines, each joined to the one above where they are not clearly apart."""
    joined = lines[:1]
    for line in lines[1:]:
        if _belong_together(boxes[joined[-1]], boxes[line], height):
            joined[-1] = [*joined[-1], *line]
        else:
            joined.append(line)
    return joined


def _belong_together(upper: Boxes, lower: Boxes, height: float) -> bool:
    """Whether neighbours overlap from top to bottom, or a single mark is right above or below another.

    The second is so with the two loops of an 8. Marks side by side as a whole are the halves of a slanting line.
    """
    ends = _around(upper), _around(lower)
    across, down = box_gaps(*ends)
    if across >= 0 and -down > _OVERLAP * min(ends[0][3] - ends[0][1], ends[1][3] - ends[1][1]):
        return True
    gaps = box_gaps(upper[:, None], lower)
    least = np.minimum.outer(upper[:, 3] - upper[:, 1], lower[:, 3] - lower[:, 1])
    overlapping = (gaps[..., 0] < _BESIDE * height) & (-gaps[..., 1] > _OVERLAP * least)
    touch = _TOUCH_ALONE if max(len(upper), len(lower)) == 1 else _TOUCH
    touching = (gaps[..., 0] < 0) & (gaps[..., 1] < touch * height)
    return bool(overlapping.any() or (touching.any() and min(len(upper), len(lower)) == 1))


def _around(boxes: Boxes) -> Boxes:
    """The box (4,) around all boxes."""
    return np.concatenate([boxes[:, :2].min(0), boxes[:, 2:].max(0)])
