"""The reader's verdicts, in memory and on disk."""

import json

import numpy as np
import pytest

from core.errors import VerdictError
from core.labels.verdict_file import change_verdicts, read_verdicts, verdict_path
from core.labels.verdicts import Verdict, Verdicts, drop_other_labels, verdicts_csv
from tests.made import full_disk

EIGHT, ZERO, TWO = Verdict(947, 8, "wrong", "2026-01-31T12:00"), Verdict(3, 0, "right"), Verdict(2462, 2, "unsure")
ALL = Verdicts((EIGHT, ZERO, TWO))


def test_an_image_has_one_verdict_and_the_last_counts():
    verdicts = ALL.judge(Verdict(947, 8, "unsure"))
    assert [entry.index for entry in verdicts] == [3, 2462, 947]
    assert verdicts.find(947).judgement == "unsure"
    assert verdicts.judged("wrong") == frozenset()
    assert verdicts.judged("unsure") == {947, 2462}


def test_a_verdict_can_be_taken_back():
    assert ALL.without(3).find(3) is None
    assert len(ALL.without(3)) == 2
    assert ALL.without(5) == ALL


def test_verdicts_about_other_labels_do_not_count():
    labels = np.zeros(1000, np.int64)
    labels[947] = 8
    assert drop_other_labels(ALL, labels) == Verdicts((EIGHT, ZERO))
    labels[3] = 1
    assert drop_other_labels(ALL, labels) == Verdicts((EIGHT,))


def test_the_table_is_sorted_by_index_and_names_the_classes():
    names = ("zero", "one", "Two, or so", "3", "4", "5", "6", "7", "eight", "9")
    assert verdicts_csv(ALL, names).splitlines() == [
        "index,label,class,verdict,judged",
        "3,0,zero,right,",
        "947,8,eight,wrong,2026-01-31T12:00",
        '2462,2,"Two, or so",unsure,',
    ]


def test_each_data_set_has_verdicts_of_its_own(tmp_path):
    assert read_verdicts(tmp_path / "runs", "mnist", "test") == Verdicts()
    assert change_verdicts(tmp_path / "runs", "mnist", "test", lambda _: ALL) == ALL
    change_verdicts(tmp_path / "runs", "mnist", "test", lambda old: old.without(3))
    assert read_verdicts(tmp_path / "runs", "mnist", "test") == Verdicts((EIGHT, TWO))
    assert read_verdicts(tmp_path / "runs", "digits", "test") == Verdicts()


def test_the_training_images_have_verdicts_of_their_own_beside_those_of_earlier_versions(tmp_path):
    change_verdicts(tmp_path, "mnist", "test", lambda _: ALL)
    change_verdicts(tmp_path, "mnist", "train", lambda old: old.judge(ZERO))
    assert read_verdicts(tmp_path, "mnist", "train") == Verdicts((ZERO,))
    assert read_verdicts(tmp_path, "mnist", "test") == ALL
    names = sorted(path.name for path in (tmp_path / "verdicts").glob("[!.]*"))
    assert names == ["mnist-train.json", "mnist.json"]


def test_those_among_some_images_are_found():
    assert ALL.among(np.array([2462, 5, 3])) == Verdicts((ZERO, TWO))


def test_the_folder_of_verdicts_is_no_run(store):
    change_verdicts(store.root, "mnist", "test", lambda _: ALL)
    assert store.scan() == ([], {})


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"format": "other"}, "it must be a JSON object with"),
        ({"version": 2}, "it must be a JSON object with"),
        ({"verdicts": {}}, "verdicts must be a list"),
        ({"verdicts": [3]}, "verdict 1 must have exactly index, judged, judgement, label"),
        (
            {"verdicts": [vars(ZERO), vars(ZERO) | {"judgement": "maybe"}]},
            "verdict 2: judgement is 'maybe'; it must be right, wrong, unsure",
        ),
        ({"verdicts": [vars(ZERO) | {"index": -1}]}, "verdict 1: index is -1; it must be a whole number from 0"),
        ({"verdicts": [vars(ZERO) | {"label": "0"}]}, "verdict 1: label is '0'; it must be a whole number from 0"),
    ],
)
def test_a_damaged_file_is_named_with_what_is_wrong_and_stays(tmp_path, change, reason):
    change_verdicts(tmp_path, "mnist", "test", lambda _: ALL)
    path = verdict_path(tmp_path, "mnist", "test")
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    before = path.read_bytes()
    with pytest.raises(VerdictError, match=r"mnist\.json cannot be read") as caught:
        read_verdicts(tmp_path, "mnist", "test")
    assert reason in str(caught.value)
    with pytest.raises(VerdictError):
        change_verdicts(tmp_path, "mnist", "test", lambda old: old)
    assert path.read_bytes() == before


def test_what_is_no_json_is_refused(tmp_path):
    path = verdict_path(tmp_path, "mnist", "test")
    path.parent.mkdir()
    path.write_text("{")
    with pytest.raises(VerdictError, match=r"mnist\.json cannot be read"):
        read_verdicts(tmp_path, "mnist", "test")


def test_on_a_full_disk_the_old_verdicts_stay(tmp_path, monkeypatch):
    change_verdicts(tmp_path, "mnist", "test", lambda _: ALL)
    monkeypatch.setattr("core.labels.verdict_file.write_atomically", full_disk)
    with pytest.raises(VerdictError, match=r"mnist\.json cannot be written: No space left"):
        change_verdicts(tmp_path, "mnist", "test", lambda _: Verdicts())
    assert read_verdicts(tmp_path, "mnist", "test") == ALL
