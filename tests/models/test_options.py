import pytest

from models.options import OptionError, activation_option, check_options, dropout_option, widths_option

MLP = (widths_option((128, 128)), activation_option(), dropout_option())


def test_defaults_fill_what_is_missing():
    assert check_options(MLP, {}) == {"hidden": (128, 128), "activation": "relu", "dropout": 0.0}
    assert check_options((), {}) == {}


def test_an_unknown_option_names_those_there_are():
    with pytest.raises(OptionError, match=r"no option 'depth'; it has: hidden, activation, dropout\."):
        check_options(MLP, {"depth": 3})
    with pytest.raises(OptionError, match="it has none"):
        check_options((), {"depth": 3})


@pytest.mark.parametrize(
    ("value", "widths"),
    [
        ((64,), (64,)),
        ([64, 32], (64, 32)),
        ("64", (64,)),
        ("64, 32", (64, 32)),
        ("64-32 16", (64, 32, 16)),
        ([1] * 8, (1,) * 8),
        ([4096], (4096,)),
    ],
)
def test_widths_are_read_as_lists_or_text(value, widths):
    assert widths_option((1,)).check(value) == widths


@pytest.mark.parametrize(
    "value",
    [
        [],
        "",
        " , ",
        [1] * 9,
        [0],
        [-5],
        [4097],
        [64.5],
        [64.0],
        ["x"],
        "64; 32",
        [None],
        [[64]],
        [float("inf")],
        64,
        None,
        {},
    ],
)
def test_other_widths_are_refused(value):
    with pytest.raises(
        OptionError, match=r"^hidden is .*; it must be 1 to 8 whole numbers from 1 to 4096, such as 128-64\.$"
    ):
        widths_option((1,)).check(value)


@pytest.mark.parametrize("value", ["relu", "prelu", "sigmoid", "tanh"])
def test_a_choice_is_one_of_those_offered(value):
    assert activation_option().check(value) == value


@pytest.mark.parametrize("value", ["gelu", "ReLU", "", None, 1, ["relu"]])
def test_another_choice_is_refused(value):
    with pytest.raises(OptionError) as caught:
        activation_option().check(value)
    assert str(caught.value) == f"activation is {value!r}; it must be one of relu, prelu, sigmoid, tanh."


@pytest.mark.parametrize(("value", "result"), [(0, 0.0), (0.5, 0.5), (0.9, 0.9)])
def test_a_number_within_the_range_is_taken(value, result):
    checked = dropout_option().check(value)
    assert checked == result
    assert type(checked) is float


@pytest.mark.parametrize("value", [-0.1, 0.91, 1, float("nan"), float("inf"), 10**400, True, "0.5", None, []])
def test_another_number_is_refused(value):
    with pytest.raises(OptionError) as caught:
        dropout_option().check(value)
    assert str(caught.value) == f"dropout is {value!r}; it must be a number from 0 to 0.9."
