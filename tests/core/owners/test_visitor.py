import pytest

from core.owners.visitor import OPERATOR, Visitor, is_key, new_key, visitor_with


def test_everything_belongs_to_the_operator():
    assert OPERATOR.is_operator
    assert OPERATOR.may_change("")
    assert OPERATOR.may_change(visitor_with(new_key()).owner)


def test_a_visitor_may_change_what_is_theirs_alone():
    one, other = visitor_with(new_key()), visitor_with(new_key())
    assert not one.is_operator
    assert one.may_change(one.owner)
    assert not one.may_change(other.owner)
    # What was made at the terminal, or before there were owners.
    assert not one.may_change("")


def test_the_same_key_is_the_same_visitor_and_does_not_show():
    key = new_key()
    assert visitor_with(key) == visitor_with(key) == Visitor(visitor_with(key).owner)
    assert key not in visitor_with(key).owner
    assert len(visitor_with(key).owner) == 32


def test_keys_are_long_and_never_the_same():
    keys = {new_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(is_key(key) and len(key) == 43 for key in keys)


@pytest.mark.parametrize("text", ["", "a" * 42, "a" * 44, "a" * 42 + "/", "a" * 42 + "é", "a" * 42 + "\n"])
def test_other_texts_are_no_keys(text):
    assert not is_key(text)
