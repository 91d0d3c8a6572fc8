from benchmarks.training import sweep_grid
from core.learners.group_key import group_key
from tests.made import make_dataset


def test_all_three_ways_train_every_cell_and_the_ratios_are_told(monkeypatch, capsys):
    monkeypatch.setattr(sweep_grid, "load_dataset", lambda _name, _root: make_dataset(130, 10))
    groups = sweep_grid.groups_of(130)
    assert [len(group) for group in groups] == [4] * 4
    assert all(len({config.batch_size for config in group}) == 1 for group in groups)
    sweep_grid.main(["--images", "130", "--rounds", "1"])
    said = capsys.readouterr().out
    assert said.startswith("16 networks, 130 images")
    assert "autograd / together: " in said
    assert "alone / together: " in said


def test_with_several_seeds_every_seed_has_groups_of_its_own():
    groups = sweep_grid.groups_of(130, 3)
    assert [len(group) for group in groups] == [4] * 12
    assert all(len({config.seed for config in group}) == 1 for group in groups)
    merged = sweep_grid.with_one_order(groups)
    assert [len(group) for group in merged] == [12] * 4
    assert len({group_key(config) for config in merged[0]}) == 1


def test_with_several_seeds_it_is_told_what_one_group_of_them_could_gain(monkeypatch, capsys):
    monkeypatch.setattr(sweep_grid, "load_dataset", lambda _name, _root: make_dataset(130, 10))
    sweep_grid.main(["--images", "130", "--rounds", "1", "--seeds", "2"])
    said = capsys.readouterr().out
    assert said.startswith("32 networks, 130 images")
    assert "together / all seeds in one order: " in said
