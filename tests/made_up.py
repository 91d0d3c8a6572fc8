"""Made-up input (Hypothesis): JSON values, and good ones with a change anywhere in them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

# Numbers, texts and constants that have broken parsers before.
_ODD = st.sampled_from(
    [0, -1, 10**30, 2**63, 10**4000, 1e308, -0.0, float("nan"), float("inf"), "", "\ud800", "\0", "x" * 20_000, "NaN"]
)
_PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
# By `map`, so that the odd ones are half of all and not one kind among six.
LEAVES = _PLAIN.map(lambda value: value) | _ODD
JSON = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
)


@st.composite
def changed(draw: st.DrawFn, good: Any) -> Any:
    """The good value with one of its parts replaced, removed, or joined by another."""
    if isinstance(good, dict) and good and draw(st.integers(0, 9)):
        name = draw(st.sampled_from(sorted(good)))
        rest = {key: value for key, value in good.items() if key != name}
        kind = draw(st.sampled_from(["deeper", "deeper", "deeper", "removed", "joined"]))
        if kind == "removed":
            return rest
        return {**good, name: draw(changed(good[name]))} if kind == "deeper" else {**good, draw(st.text()): draw(JSON)}
    if isinstance(good, list) and good and draw(st.integers(0, 4)):
        place = draw(st.integers(0, len(good) - 1))
        return [*good[:place], draw(changed(good[place])), *good[place + 1 :]]
    return draw(JSON)


@st.composite
def damaged(draw: st.DrawFn, good: bytes) -> bytes:
    """The good bytes cut short, with some of them replaced, or anything at all."""
    if not draw(st.integers(0, 9)):
        return draw(st.binary(max_size=200))
    content = bytearray(good[: draw(st.integers(0, len(good)))] if draw(st.booleans()) else good)
    for _ in range(draw(st.integers(0, 4))):
        if content:
            content[draw(st.integers(0, len(content) - 1))] = draw(st.integers(0, 255))
    return bytes(content)
