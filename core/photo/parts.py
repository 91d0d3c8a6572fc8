"""The connected parts of the ink in a mask, and pieces of ink in general."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.ink.foreground import Mask, connected_components, foreground_box


@dataclass(frozen=True)
class Piece:
    """Ink in a photograph: its box (left, top, right, bottom in pixels) and the mask of what is ink in that box."""

    box: tuple[int, int, int, int]
    ink: Mask

    @property
    def width(self) -> int:
        """In pixels."""
        return self.box[2] - self.box[0]

    @property
    def height(self) -> int:
        """In pixels."""
        return self.box[3] - self.box[1]

    @property
    def size(self) -> float:
        """The height, or half the width where that is more."""
        return max(self.height, self.width / 2)


def connected_pieces(mask: Mask) -> list[Piece]:
    """The connected components of a mask (height, width)."""
    components = connected_components(mask)
    pieces = []
    for number, box in enumerate(components.boxes.tolist(), start=1):
        left, top, right, bottom = box
        pieces.append(Piece((left, top, right, bottom), components.labels[top:bottom, left:right] == number))
    return pieces


def whole_piece(mask: Mask) -> Piece:
    """All of a mask (height, width) as one piece, with the paper around its ink."""
    return Piece((0, 0, mask.shape[1], mask.shape[0]), mask)


def join_pieces(pieces: Sequence[Piece]) -> Piece:
    """All of this ink, of which there must be some, as one piece."""
    if len(pieces) == 1:
        return pieces[0]
    boxes = np.array([piece.box for piece in pieces])
    (left, top), (right, bottom) = boxes[:, :2].min(0).tolist(), boxes[:, 2:].max(0).tolist()
    ink = np.zeros((bottom - top, right - left), bool)
    for piece in pieces:
        x, y = piece.box[0] - left, piece.box[1] - top
        ink[y : y + piece.height, x : x + piece.width] |= piece.ink
    return Piece((left, top, right, bottom), ink)


def cut_out(piece: Piece, chosen: Mask) -> Piece:
    """The ink of a piece where `chosen`, a mask of its box, is true; there must be some."""
    ink = piece.ink & chosen
    left, top, right, bottom = foreground_box(ink)
    x, y = piece.box[:2]
    return Piece((x + left, y + top, x + right, y + bottom), ink[top:bottom, left:right])


def piece_boxes(pieces: Sequence[Piece]) -> NDArray[np.float64]:
    """The boxes of the pieces, (n, 4)."""
    return np.array([piece.box for piece in pieces], np.float64).reshape(-1, 4)


def nearest_distance(one: Piece, other: Piece) -> float:
    """Pixels between the nearest ink of two pieces."""
    from scipy.spatial import cKDTree

    distances, _ = cKDTree(_outline(one)).query(_outline(other))
    return float(distances.min())


def _outline(piece: Piece) -> NDArray[np.float64]:
    """The places, x and y, of the ink at the edge."""
    from scipy import ndimage

    edge = piece.ink & ~ndimage.binary_erosion(piece.ink)
    rows, columns = np.nonzero(edge)
    return np.column_stack([columns, rows]).astype(np.float64) + piece.box[:2]
