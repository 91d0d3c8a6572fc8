from core.steps import finish, part_of


def count(to):
    for number in range(to):
        yield number / to
    return "done"


def test_steps_are_gone_through_to_their_result():
    shares = []
    assert finish(count(4), shares.append) == "done"
    assert shares == [0, 0.25, 0.5, 0.75]


def test_a_part_has_its_own_shares_and_the_same_result():
    shares = []
    assert finish(part_of(count(4), 0.6, 1.0), shares.append) == "done"
    assert [round(share, 6) for share in shares] == [0.6, 0.7, 0.8, 0.9]
