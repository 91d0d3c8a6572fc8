"""The parameters of addresses that the pages read, found in their sources."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pages
from core.settings import PROJECT

_ADDRESS = "pages.components.shell.address"
# The functions of the address that read the parameter that they are given first.
_READERS = {"named", "take", "follow", "choose_by_address", "in_address"}


def read_in_pages() -> tuple[set[str], set[str]]:
    """The parameters' names, and the modules in which a reader's parameter is not found, as in a loop over a table."""
    names, modules = set(), set()
    for file in sorted(Path(pages.__path__[0]).rglob("*.py")):
        module = ".".join(file.relative_to(PROJECT).with_suffix("").parts)
        if module == _ADDRESS:
            continue
        for name in _names_read(ast.parse(file.read_text(encoding="utf-8")), module):
            if name is None:
                modules.add(module)
            else:
                names.add(name)
    return names, modules


def _names_read(tree: ast.Module, module: str) -> Iterator[str | None]:
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == _ADDRESS
        for alias in node.names
    }
    for call, outer in _calls(tree):
        if isinstance(call.func, ast.Name) and call.func.id in imported & _READERS:
            yield from _values(call.args[0], outer, tree, module)


def _calls(tree: ast.AST, outer: ast.FunctionDef | None = None) -> Iterator[tuple[ast.Call, ast.FunctionDef | None]]:
    """Each call with the function that it stands in."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Call):
            yield node, outer
        yield from _calls(node, node if isinstance(node, ast.FunctionDef) else outer)


def _values(node: ast.expr, outer: ast.FunctionDef | None, tree: ast.Module, module: str) -> Iterator[str | None]:
    """What an argument is: a text, a constant, or what the function around it is called with; None if it is neither."""
    parameters = [parameter.arg for parameter in outer.args.args if parameter.arg != "self"] if outer else []
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.Name) and node.id in parameters:
        place = parameters.index(node.id)
        for call, further in _calls(tree):
            called = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            if outer and called == outer.name:
                yield from _values(call.args[place], further, tree, module)
    else:
        yield _constant(node.id, tree, module) if isinstance(node, ast.Name) else None


def _constant(name: str, tree: ast.Module, module: str) -> str | None:
    """A module's own text of this name, or one that it imports; a page's script is not loaded, since it would run."""
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
    places = [node.module for node in imports if any(alias.name == name for alias in node.names)] or [module]
    if not str(places[0]).startswith("pages.components."):
        return None
    found = getattr(import_module(str(places[0])), name, None)
    return found if isinstance(found, str) else None
