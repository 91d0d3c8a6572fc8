"""Whom runs belong to, and what others can do with them: look at one whose id they know."""

import json

import pytest

from core.errors import NotYours, RunError, RunNotFound
from core.owners.visitor import OPERATOR, Visitor
from tests.made import make_config

ONE, OTHER = Visitor("one"), Visitor("other")


@pytest.fixture
def mine(store):
    return store.seen_by(ONE).create(make_config(), "Mine")


def test_a_run_belongs_to_who_made_it(store, mine):
    assert mine.owner == "one"
    assert store.get(mine.id).owner == "one"
    assert store.create(make_config()).owner == ""


def test_a_run_without_an_owner_belongs_to_the_operator(store, mine):
    file = mine.path / "config.json"
    values = json.loads(file.read_text())
    assert values.pop("owner") == "one"
    file.write_text(json.dumps(values))
    assert store.get(mine.id).owner == ""
    with pytest.raises(NotYours):
        store.seen_by(ONE).own(mine.id)


def test_lists_hold_ones_own_runs_and_the_operators_holds_all(store, mine):
    theirs, operators = store.seen_by(OTHER).create(make_config()), store.create(make_config())
    assert [record.id for record in store.seen_by(ONE).all()] == [mine.id]
    assert [record.id for record in store.seen_by(OTHER).all()] == [theirs.id]
    assert {record.id for record in store.seen_by(OPERATOR).all()} == {mine.id, theirs.id, operators.id}


def test_a_link_shows_anothers_run_beside_ones_own(store, mine):
    theirs = store.seen_by(OTHER)
    assert theirs.get(mine.id).name == "Mine"
    assert [record.id for record in theirs.all(linked=mine.id)] == [mine.id]
    assert [record.id for record in store.seen_by(ONE).all(linked=mine.id)] == [mine.id]
    assert theirs.all(linked="unknown") == []


def test_only_the_owner_and_the_operator_change_a_run(store, mine):
    theirs = store.seen_by(OTHER)
    for change in (
        lambda: theirs.own(mine.id),
        lambda: theirs.annotate(mine.id, name="Theirs"),
        lambda: theirs.annotate(mine.id, is_starred=True),
        lambda: theirs.delete(mine.id),
    ):
        with pytest.raises(NotYours, match="'Mine' belongs to another visitor; it can be looked at, but not changed"):
            change()
    assert store.get(mine.id) == mine
    store.seen_by(ONE).annotate(mine.id, name="Renamed", note="A note")
    assert (store.get(mine.id).name, store.get(mine.id).owner) == ("Renamed", "one")
    store.annotate(mine.id, is_starred=True)
    assert (store.get(mine.id).is_starred, store.get(mine.id).owner) == (True, "one")
    store.seen_by(ONE).delete(mine.id)
    with pytest.raises(RunNotFound):
        store.get(mine.id)


def test_the_operator_alone_hears_of_damaged_folders_and_deletes_them(store, mine):
    (mine.path / "config.json").write_text("{")
    assert mine.id in store.damaged()
    assert not store.seen_by(ONE).damaged()
    with pytest.raises(RunError, match="It is not JSON"):
        store.seen_by(ONE).delete(mine.id)
    assert mine.path.is_dir()
    store.delete(mine.id)
    assert not mine.path.exists()
