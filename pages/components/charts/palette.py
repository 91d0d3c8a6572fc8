"""The colours that mean the same thing in every chart, readable on light and dark."""

TRAIN = "#3b82f6"
VALIDATION = "#f59e0b"
TEST = "#10b981"
RIGHT = "#10b981"
WRONG = "#ef4444"
CHOSEN = "#3b82f6"
# Numbers above and below 0.
POSITIVE = "#3b82f6"
NEGATIVE = "#ea6a12"
# For overlaid runs, first to last; distinct for most colour-blind readers.
RUNS = ("#3b82f6", "#f59e0b", "#10b981", "#a855f7", "#ef4444", "#94a3b8", "#a16207", "#f472b6")
# For the classes of a data set, in their order; distinct where thousands of points lie on each other.
CLASSES = (
    "#4e79a7",
    "#f28e2b",
    "#e15759",
    "#76b7b2",
    "#59a14f",
    "#edc948",
    "#b07aa1",
    "#ff9da7",
    "#9c755f",
    "#8b95a3",
)
