"""Names of runs."""

from core.runs.names import numbered


def test_a_name_gets_the_first_free_number_where_it_is_taken():
    assert numbered("Classic CNN", ["Deep MLP"]) == "Classic CNN"
    assert numbered("Classic CNN", ["Classic CNN"]) == "Classic CNN (2)"
    assert numbered("Classic CNN", ["Classic CNN", "Classic CNN (2)", "Classic CNN (4)"]) == "Classic CNN (3)"
