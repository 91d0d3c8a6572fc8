from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from core.storage.decode import decode_dataclass


@dataclass(frozen=True)
class Sample:
    kind: ClassVar[str] = "sample"
    count: int
    share: float
    note: str | None
    on: bool
    rows: tuple[tuple[int, ...], ...]
    names: dict[str, str] = field(default_factory=dict)


GOOD = {"count": 3, "share": 1, "note": None, "on": True, "rows": [[1, 2], []]}


def test_values_take_their_field_s_type():
    sample = decode_dataclass(Sample, GOOD)
    assert sample == Sample(3, 1.0, None, True, ((1, 2), ()))
    assert type(sample.share) is float


def test_optional_values_may_be_there():
    assert decode_dataclass(Sample, {**GOOD, "note": "x", "names": {"a": "b"}}).names == {"a": "b"}


@pytest.mark.parametrize(
    "changes",
    [
        {"count": 3.0},
        {"count": True},
        {"count": "3"},
        {"count": None},
        {"share": "1"},
        {"share": False},
        {"share": None},
        {"share": float("nan")},
        {"share": float("-inf")},
        {"share": 10**400},
        {"note": 5},
        {"on": 1},
        {"rows": [1]},
        {"rows": [["1"]]},
        {"rows": None},
        {"names": []},
        {"names": {"a": 1}},
        {"more": 1},
        {"kind": "other"},
    ],
)
def test_other_types_are_refused(changes):
    with pytest.raises(ValueError, match=r"is not of type|not the fields of Sample"):
        decode_dataclass(Sample, {**GOOD, **changes})


@pytest.mark.parametrize("missing", GOOD)
def test_missing_fields_are_refused(missing):
    with pytest.raises(ValueError, match=missing):
        decode_dataclass(Sample, {name: value for name, value in GOOD.items() if name != missing})
