from benchmarks.training import sweep_grid
from tests.made import make_dataset


def test_all_three_ways_train_every_cell_and_the_ratios_are_told(monkeypatch, capsys):
    monkeypatch.setattr(sweep_grid, "load_dataset", lambda _name, _root: make_dataset(130, 10))
    groups = sweep_grid.groups_of(130)
    assert [len(group) for group in groups] == [4] * 4
    assert all(len({config.batch_size for config in group}) == 1 for group in groups)
    sweep_grid.main(["--images", "130", "--rounds", "1"])
    said = capsys.readouterr().out
    assert said.startswith("16 cells, 130 images")
    assert "autograd / together: " in said
    assert "alone / together: " in said
