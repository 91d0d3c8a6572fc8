"""Compares a page's outline with the one that is kept: words exactly, numbers but for rounding."""

from __future__ import annotations

import math
import re
from difflib import SequenceMatcher, unified_diff
from pathlib import Path

# Processors round differently, so that what is computed from a network's outputs differs by about a millionth.
_RELATIVE = 2e-3
_ABSOLUTE = 1e-4
_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?")


def compare_files(obtained_file: Path, expected_file: Path) -> None:
    """Fail with the lines that differ."""
    obtained, expected = (file.read_text(encoding="utf-8").splitlines() for file in (obtained_file, expected_file))
    lines = merge_rounded(obtained, expected)
    assert lines == expected, "\n".join(
        [
            f"The page is not as {expected_file.name} has it. Where that is meant: pytest --force-regen.",
            *unified_diff(expected, lines, "kept", "now", lineterm="", n=1),
        ]
    )


def merge_rounded(obtained: list[str], expected: list[str]) -> list[str]:
    """The obtained lines, each replaced by the kept one from which it differs by rounding alone."""
    merged: list[str] = []
    shapes = ([_NUMBER.sub("#", line) for line in lines] for lines in (obtained, expected))
    for tag, start, end, other, _ in SequenceMatcher(None, *shapes, autojunk=False).get_opcodes():
        for place in range(start, end):
            kept = expected[other + place - start] if tag == "equal" else ""
            merged.append(kept if is_close(obtained[place], kept) else obtained[place])
    return merged


def is_close(line: str, kept: str) -> bool:
    """Whether two lines say the same but for the rounding of their numbers."""
    if _NUMBER.sub("#", line) != _NUMBER.sub("#", kept):
        return False
    pairs = zip(_NUMBER.findall(line), _NUMBER.findall(kept), strict=True)
    return all(a == b or _is_rounded(a, b) for a, b in pairs)


def _is_rounded(a: str, b: str) -> bool:
    # Of two whole numbers each counts something.
    if a.lstrip("-").isdigit() and b.lstrip("-").isdigit():
        return False
    return math.isclose(float(a), float(b), rel_tol=_RELATIVE, abs_tol=_ABSOLUTE)
