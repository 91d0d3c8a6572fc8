"""What visitors of each kind do, until their time is over."""

from __future__ import annotations

import asyncio
import contextlib
import random
import time
from collections.abc import Callable, Coroutine
from typing import Any

from websockets.exceptions import ConnectionClosed

from benchmarks.load.figures import Times
from benchmarks.load.visitor import VisitFailed, Visitor, component_state, pressed, visiting
from core.ink.fabric_json import objects_from_strokes, scale_objects
from pages.components.draw.canvas.drawable_canvas import SHARPER

# Strokes of a drawing, after which it is cleared.
_STROKES = 3
_WIDTH = 16.0
# The bundled network whose mistakes are looked at.
_EVALUATED = "cnn"
# Seconds between what one visitor does and does next, at least and at most.
_DRAW_PAUSE, _LOOK_PAUSE = (1.0, 3.0), (2.0, 6.0)

# Visits pages until `end` (of `time.perf_counter`) and notes how long each took.
Behaviour = Callable[[Visitor, random.Random, Times, float], Coroutine[Any, Any, None]]


async def draw(visitor: Visitor, chance: random.Random, times: Times, end: float) -> None:
    """Draw stroke after stroke, and clear. The time is that from a stroke's end to the message with its prediction."""
    times.add("open Draw", await visitor.open("draw"))
    canvas = visitor.find("bidi_component", lambda found: found.id.endswith("-canvas")).id
    clear = visitor.find("button", lambda found: found.id.endswith("-canvas_clear")).id
    fragment = visitor.fragments[canvas]
    strokes: list[list[tuple[float, float]]] = []
    while await _pause(chance, _DRAW_PAUSE, end):
        if len(strokes) == _STROKES:
            strokes = []
            await visitor.rerun(pressed(clear), fragment=fragment)
        strokes.append(_stroke(chance))
        objects = scale_objects(objects_from_strokes(strokes, [_WIDTH] * len(strokes), "#ffffff"), SHARPER)
        visitor.states[canvas] = component_state(canvas, {"drawing": {"raw": {"objects": objects}}})
        seen = f'data-strokes="{len(strokes)}"'.encode()
        times.add("stroke to prediction", await visitor.rerun(fragment=fragment, until=seen))


async def evaluate(visitor: Visitor, chance: random.Random, times: Times, end: float) -> None:
    """Open one cell of the confusion matrix after the other."""
    times.add("open Evaluate", await visitor.open("evaluate", f"run={_EVALUATED}"))
    while await _pause(chance, _LOOK_PAUSE, end):
        true, predicted = chance.sample(range(10), 2)
        visitor.query = f"run={_EVALUATED}&true={true}&predicted={predicted}"
        times.add("open a cell", await visitor.rerun())


def watch(run_id: str) -> Behaviour:
    """Watch this run on the Train page, which asks for parts of itself by timers, as a browser has them."""

    async def behave(visitor: Visitor, chance: random.Random, times: Times, end: float) -> None:
        times.add("open Train", await visitor.open("train", f"run={run_id}"))
        due = {fragment: chance.uniform(0, seconds) for fragment, seconds in visitor.timers.items()}
        begun = time.perf_counter()
        while due and begun + min(due.values()) < end:
            fragment = min(due, key=due.__getitem__)
            await asyncio.sleep(max(begun + due[fragment] - time.perf_counter(), 0.0))
            times.add("redraw by a timer", await visitor.rerun(fragment=fragment, is_timer=True))
            now = time.perf_counter() - begun
            # A timer whose time is over while the server answers waits for its next time, and a redraw can set others.
            passed = due | {fragment: now + visitor.timers.get(fragment, 0.0)}
            due = {timer: passed.get(timer, now + seconds) for timer, seconds in visitor.timers.items()}

    return behave


async def visit_in_turn(address: str, behaviours: list[Behaviour], seconds: float, seed: int = 0) -> Times:
    """Let one visitor for each behaviour come within the first seconds, and all behave until `seconds` are over."""
    times, end = Times(), time.perf_counter() + seconds

    async def visit(number: int, behaviour: Behaviour) -> None:
        chance = random.Random(f"{seed} {number}")
        await asyncio.sleep(chance.uniform(0, min(3.0, seconds / 4)))
        try:
            async with visiting(address) as visitor:
                await behaviour(visitor, chance, times, end)
        except (VisitFailed, ConnectionClosed, OSError) as error:
            times.errors.append(str(error))

    await asyncio.gather(*(visit(number, behaviour) for number, behaviour in enumerate(behaviours)))
    return times


async def visit_at_once(address: str, page: str, sessions: int) -> Times:
    """Let this many visitors, all connected already, ask for a page at the same instant."""
    times = Times()
    async with contextlib.AsyncExitStack() as stack:
        visitors = [await stack.enter_async_context(visiting(address)) for _ in range(sessions)]
        for answer in await asyncio.gather(*(visitor.open(page) for visitor in visitors), return_exceptions=True):
            if isinstance(answer, BaseException):
                times.errors.append(str(answer))
            else:
                times.add(f"open {page}", answer)
    return times


async def _pause(chance: random.Random, between: tuple[float, float], end: float) -> bool:
    """Wait some seconds; whether there is time left."""
    await asyncio.sleep(min(chance.uniform(*between), max(end - time.perf_counter(), 0.0)))
    return time.perf_counter() < end


def _stroke(chance: random.Random) -> list[tuple[float, float]]:
    """A line of thirty points, in canvas pixels."""
    (x, y), (to_x, to_y) = ((chance.uniform(60, 220), chance.uniform(80, 260)) for _ in range(2))
    return [(x + (to_x - x) * step / 29, y + (to_y - y) * step / 29) for step in range(30)]
