"""The benchmark of the order in memory times the same network in both orders."""

import re

import pytest
import torch

from benchmarks.training import memory_order
from benchmarks.training.memory_order import main, measure
from core.config.recipes import find_recipe


def test_both_networks_are_the_same_but_for_the_order_of_their_pictures(monkeypatch):
    calls, orders = [], []
    monkeypatch.setattr(memory_order, "_time_in_turn", lambda made, _rounds: calls.append(made))
    measure(find_recipe("sprint").config.replace(device="cpu", threads=1, batch_size=8), 1)
    _, reads = calls

    def note(module, _inputs, output):
        if isinstance(module, torch.nn.Conv2d):
            orders.append(output.is_contiguous(memory_format=torch.channels_last))

    with torch.nn.modules.module.register_module_forward_hook(note):
        first, last = (read() for read in reads)
    half = len(orders) // 2
    assert orders == [False] * half + [True] * half
    torch.testing.assert_close(torch.tensor(first.logits), torch.tensor(last.logits), rtol=1e-4, atol=1e-4)


def test_calls_are_timed_in_turn_after_they_have_warmed_up(monkeypatch):
    now, said = [0.0], []
    monkeypatch.setattr(memory_order.time, "process_time", lambda: now[0])

    def takes(name, seconds):
        def call():
            said.append(name)
            # The first calls are slower.
            now[0] += seconds if len(said) > 6 else 100

        return call

    times = memory_order._time_in_turn([takes("first", 3.0), takes("last", 2.0)], 2)
    assert said == ["first", "last"] * 5
    assert (times.first, times.last) == (3.0, 2.0)


def test_the_command_prints_both_times_and_their_ratio(capsys):
    assert main(["sprint", "--rounds", "1", "--precision", "bfloat16"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" ms")[0].rsplit(" ", 1)[0] for line in lines] == [
        "sprint, bfloat16: a step",
        "sprint, bfloat16: reading 256 images",
    ]
    for line in lines:
        first, last, ratio = map(float, re.findall(r"([\d.]+) (?:ms|times)", line))
        assert ratio == pytest.approx(first / last, rel=0.1)
