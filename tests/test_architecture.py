"""The rooms of the house: who may import whom, and what is loaded when."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
LIGHT = (
    "models",
    "core.data.catalog",
    "core.config.run_config",
    "core.training.control",
    "core.data.datasets",
    "core.errors",
    "core.evaluation.measure",
    "core.training.events",
    "core.explain.ask",
    "core.runs.history",
    "core.execution.compute_client",
    "core.inference.networks",
    "core.execution.job_queue",
    "core.metrics.classification",
    "core.runs.record",
    "core.settings",
    "core.uncertainty.calibrate_run",
    "core.uncertainty.prediction",
    "core.storage.arrays",
)
HEAVY = ("torch", "torchvision", "sklearn", "captum", "matplotlib", "streamlit", "pandas", "plotly", "PIL")


def files(*folders):
    found = [path for folder in folders for path in (PROJECT / folder).rglob("*.py")]
    assert found
    return found


def imports(path):
    """Whatever a file imports, inside functions too, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or "."


def importers(of, *folders):
    return [f"{path.relative_to(PROJECT)}: {name}" for path in files(*folders) for name in imports(path) if of(name)]


def within(*packages):
    return lambda name: name.split(".")[0] in packages


def test_the_laboratory_knows_nothing_of_streamlit():
    assert importers(within("streamlit", "streamlit_drawable_canvas"), "core", "models") == []


def test_nothing_imports_back():
    assert importers(within("core", "pages", "app"), "models") == []
    assert importers(within("pages", "app"), "core") == []
    assert importers(within("app"), "pages") == []


def test_pages_never_import_torch():
    assert importers(within("torch", "torchvision", "sklearn", "captum"), "pages") == []
    assert [name for name in imports(PROJECT / "app.py") if within("torch", "torchvision", "pandas")(name)] == []


def test_the_walk_finds_imports_wherever_they_stand(tmp_path):
    (tmp_path / "a.py").write_text("import os.path as p\ndef f():\n    from core.data.datasets import x\n")
    assert list(imports(tmp_path / "a.py")) == ["os.path", "core.data.datasets"]


@pytest.mark.parametrize("module", LIGHT)
def test_modules_of_the_server_load_nothing_heavy(module):
    code = f"import sys, {module}; print(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_page_begins_by_handing_over_to_the_app():
    # A fresh server's first visit to a page's own address runs that page's script alone.
    scripts = [path for path in (PROJECT / "pages").glob("*.py") if path.name != "__init__.py"]
    assert scripts
    for path in scripts:
        body = ast.parse(path.read_text(encoding="utf-8")).body
        statements = [node for node in body[1:] if not isinstance(node, ast.Import | ast.ImportFrom)]
        assert ast.unparse(statements[0]) == "enter()", path.name
