"""Teaching the class's network: whose digits it is taught, and on whose it is measured."""

import pytest

from core.classroom import teaching as module
from core.classroom.classroom import Classroom
from core.classroom.teaching import (
    CLASS_TAG,
    class_network,
    describe_split,
    is_of_class,
    prepare_class_network,
    split_class,
)
from core.data.image_file import load_images
from core.errors import CollectionError, NotYours
from core.execution.train_run import train_run
from core.inference.networks import predict_proba
from core.runs.record import FINISHED
from core.teaching.fine_tuning import HELD_OUT_PUPILS, TAUGHT_FROM, prepare_fine_tuning, report_fine_tuning
from tests.core.classroom.conftest import digits
from tests.made import make_config


@pytest.fixture
def base(store):
    """A small trained network."""
    record = store.create(make_config(epochs=1), "Small")
    assert train_run(record, store.root).status == FINISHED
    return store.get(record.id)


def pictures(images):
    return {image.tobytes() for image in images}


def test_of_many_pupils_every_fifth_is_held_out_whole(pupil, teacher):
    given = {name: digits(1, 2, 3, seed=place) for place, name in enumerate("ABCDEFGHIJ")}
    for name, mine in given.items():
        pupil(name, mine)
    pupil("Watches")
    split = split_class(teacher.roll())
    out = {member.nickname for member in split.held_out_pupils}
    assert (len(out), split.n_pupils) == (2, 8)
    assert pictures(digit.picture for digit in split.held_out) == pictures(
        digit.picture for name in out for digit in given[name]
    )
    assert pictures(digit.picture for digit in split.taught) == pictures(
        digit.picture for name in given.keys() - out for digit in given[name]
    )
    # The same ones next time, so that two networks can be compared.
    assert split_class(teacher.roll()) == split
    assert str(describe_split(split)).startswith(
        "24 digits of 8 pupils are taught. 2 other pupils’ digits are held out"
    )


def test_of_three_pupils_one_is_held_out(pupil, teacher):
    for name in "ABC":
        pupil(name, digits(1))
    split = split_class(teacher.roll())
    assert (len(split.taught), len(split.held_out), len(split.held_out_pupils)) == (2, 1, 1)


def test_of_two_pupils_every_fifth_digit_is_held_out_and_that_is_said(pupil, teacher):
    pupil("A", digits(*range(5))), pupil("B", digits(*range(5), seed=1))
    split = split_class(teacher.roll())
    assert (len(split.taught), len(split.held_out), split.held_out_pupils) == (8, 2, ())
    assert "With fewer than 3 pupils" in str(describe_split(split))


def test_where_there_are_too_many_digits_each_pupil_has_an_equal_part(pupil, teacher, monkeypatch):
    monkeypatch.setattr(module, "IMAGES_OF_A_KIND", 4)
    for place, name in enumerate("ABC"):
        pupil(name, digits(*[place] * 9, seed=place))
    split = split_class(teacher.roll())
    labels = [digit.label for digit in split.taught]
    assert sorted(labels.count(label) for label in set(labels)) == [2, 2]


def test_a_class_network_is_a_run_of_the_teachers_measured_on_pupils_it_has_not_seen(pupil, teacher, store, base):
    for place, name in enumerate("ABCDE"):
        pupil(name, digits(*range(4), seed=place))
    record = prepare_class_network(teacher, store, base, practises=True)
    assert (record.owner, record.tags[TAUGHT_FROM], record.tags[HELD_OUT_PUPILS]) == ("", base.id, "1")
    assert record.name == "Small, taught 16 digits"
    assert train_run(record, store.root).status == FINISHED
    report = report_fine_tuning(record.path)
    assert (report.taught.total, report.held_out.total, report.held_out_pupils) == (16, 4, 1)
    assert report.test.before is not None
    held_out = load_images(record.path / "held_out.safetensors")
    assert not pictures(held_out.images) & pictures(load_images(record.extra_file).images)
    assert class_network(store.all()).id == record.id


def test_the_report_is_of_the_pictures_kept_with_the_run(pupil, teacher, store, base):
    for place, name in enumerate("ABC"):
        pupil(name, digits(*range(10), seed=place))
    record = prepare_class_network(teacher, store, base, practises=False)
    assert train_run(record, store.root).status == FINISHED
    teacher.clear()
    report = report_fine_tuning(record.path)
    assert (report.taught.total, report.held_out.total) == (20, 10)
    for name, counted in (("taught", report.taught), ("held_out", report.held_out)):
        images = load_images(record.path / f"{name}.safetensors")
        for run, count in ((base.path, counted.before), (record.path, counted.after)):
            assert count == (predict_proba(run, images.images).argmax(1) == images.labels).sum()


def test_the_teacher_alone_teaches_the_class_network(pupil, store, base):
    ada = pupil("Ada", digits(1))
    before = [record.id for record in store.all()]
    with pytest.raises(NotYours, match="Only the teacher"):
        prepare_class_network(ada, store.seen_by(ada.visitor), base, practises=False)
    assert [record.id for record in store.all()] == before


def test_without_digits_there_is_nothing_to_teach(teacher: Classroom, store, base):
    with pytest.raises(CollectionError, match="Nobody has handed in digits yet"):
        prepare_class_network(teacher, store, base, practises=False)
    assert class_network(store.all()) is None
    assert CLASS_TAG == "class"


def test_a_network_that_knows_the_class_is_not_taught_again(pupil, teacher, store, base):
    for place, name in enumerate("ABC"):
        pupil(name, digits(1, 2, seed=place))
    taught = prepare_class_network(teacher, store, base, practises=False)
    assert train_run(taught, store.root).status == FINISHED
    # Nor is a copy of it that the teacher has taught further, which says nothing of the class.
    copy = prepare_fine_tuning(store, store.get(taught.id), digits(4, 5), practises=False)
    assert not is_of_class(copy)
    for record in (taught, copy):
        with pytest.raises(CollectionError, match="may not be new to it"):
            prepare_class_network(teacher, store, store.get(record.id), practises=False)
