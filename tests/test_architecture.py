"""The rooms of the house: who may import whom, and what is loaded when."""

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parent.parent
# From low to high: what is in a room imports from its own room and from those above it in this list, never back.
# An entry is a package or a single module; of several that fit, the longest counts.
ROOMS = (
    "models",
    "core.texts",
    "core.errors",
    "core.logs",
    "core.steps",
    "core.storage",
    "core.operator",
    "core.owners",
    "core.settings",
    "core.metrics",
    "core.ink",
    "core.photo",
    "core.data",
    "core.config",
    "core.learners.steps",
    "core.learners.steps.convolutions",
    "core.learners",
    "core.training",
    "core.runs",
    "core.twins",
    "core.inference",
    "core.evaluation",
    "core.anatomy",
    "core.embedding",
    "core.slices",
    "core.teaching",
    "core.export",
    "core.dynamics",
    "core.uncertainty",
    "core.labels",
    "core.explain",
    "core.stress",
    "core.execution",
    "core.sweep",
    "core.hosting",
    "core.classroom",
    "core.charts",
    "core.charts.evaluation",
    "core.cli",
    "core",
    "pages.components.shell.cookies",
    "pages.components.shell",
    "pages.components.forms",
    "pages.components.charts",
    "pages.components.charts.evaluation",
    "pages.components.pictures",
    "pages.components.data",
    "pages.components.runs",
    "pages.components.calibration",
    "pages.components.home",
    "pages.components.train",
    "pages.components.evaluate.samples",
    "pages.components.evaluate.measuring",
    "pages.components.evaluate.accuracy",
    "pages.components.evaluate.mistakes",
    "pages.components.evaluate.report",
    "pages.components.evaluate.compare",
    "pages.components.evaluate.map",
    "pages.components.evaluate.slices",
    "pages.components.evaluate.dynamics",
    "pages.components.evaluate.labels",
    "pages.components.evaluate.stress",
    "pages.components.evaluate.calibration",
    "pages.components.evaluate",
    "pages.components.sweep",
    "pages.components.twins",
    "pages.components.anatomy",
    "pages.components.draw.subject",
    "pages.components.draw.canvas",
    "pages.components.draw.prediction",
    "pages.components.draw.steps",
    "pages.components.draw.source",
    "pages.components.draw.confidence",
    "pages.components.draw.networks",
    "pages.components.draw.why",
    "pages.components.classroom.services",
    "pages.components.draw.my_digits",
    "pages.components.draw",
    "pages.components.classroom",
    "pages.components.sample",
    "pages",
    "app",
)
MOST_MODULES = 20
LIGHT = (
    "models",
    "core.data.catalog",
    "core.config.run_config",
    "core.training.control",
    "core.data.datasets",
    "core.embedding.maps",
    "core.slices.kept",
    "core.slices.search",
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
    "core.labels.quality",
    "core.labels.verdict_file",
    "core.stress.measure",
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
            yield from (f"{node.module or ''}.{name.name}" for name in node.names)


def importers(of, *folders):
    return [f"{path.relative_to(PROJECT)}: {name}" for path in files(*folders) for name in imports(path) if of(name)]


def within(*packages):
    return lambda name: name.split(".")[0] in packages


def test_the_laboratory_knows_nothing_of_streamlit():
    assert importers(within("streamlit", "streamlit_drawable_canvas"), "core", "models") == []


def find_room(name):
    """The place in `ROOMS` of the room that a module or a name in it belongs to; None outside of the house."""
    fitting = [room for room in ROOMS if name == room or name.startswith(f"{room}.")]
    return ROOMS.index(max(fitting, key=len)) if fitting else None


def module_name(path):
    return ".".join(path.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def imports_back(paths):
    """Each import that leads to a higher room."""
    for path in paths:
        own = find_room(module_name(path))
        for name in imports(path):
            other = find_room(name)
            if other is not None and other > own:
                yield f"{path.relative_to(PROJECT)} imports {name}"


def test_no_room_imports_a_higher_one():
    assert list(imports_back([*files("models", "core", "pages"), PROJECT / "app.py"])) == []


def test_an_import_that_runs_back_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "PROJECT", tmp_path)
    low = tmp_path / "core" / "ink" / "bad.py"
    low.parent.mkdir(parents=True)
    low.write_text("import core.ink.other\nfrom core.errors import LabError\n")
    assert list(imports_back([low])) == []
    low.write_text("def f():\n    from core.photo import find_ink\n    from core import runs\n    import pages.home\n")
    assert [text.rpartition(" ")[2] for text in imports_back([low])] == [
        "core.photo.find_ink",
        "core.runs",
        "pages.home",
    ]


def test_every_package_of_core_and_pages_is_a_room():
    packages = {module_name(path) for path in files("core", "pages") if path.name == "__init__.py"}
    assert packages - set(ROOMS) == {"pages.components"}


def test_no_circle_of_files():
    graph = {module_name(path): set(imports(path)) for path in files("models", "core", "pages", "benchmarks", "tools")}
    modules = set(graph)
    # A name that is imported is a module itself, or stands in the module before its last dot.
    edges = {
        name: {found for target in targets for found in (target, target.rpartition(".")[0]) if found in modules}
        - {name}
        for name, targets in graph.items()
    }
    while leaves := {name for name, targets in edges.items() if not targets & set(edges)}:
        edges = {name: targets for name, targets in edges.items() if name not in leaves}
    assert edges == {}


@pytest.mark.parametrize("top", ["core", "models", "pages", "benchmarks", "tools"])
def test_no_folder_is_crowded(top):
    counts = Counter(path.parent.relative_to(PROJECT) for path in files(top) if path.name != "__init__.py")
    assert {str(folder): count for folder, count in counts.items() if count > MOST_MODULES} == {}


def test_tests_mirror_the_rooms_of_core():
    rooms = {path.name for path in (PROJECT / "core").iterdir() if (path / "__init__.py").is_file()}
    tested = {path.name for path in (PROJECT / "tests" / "core").iterdir() if list(path.glob("test_*.py"))}
    assert rooms == tested


def test_what_is_shipped_is_made_apart_from_what_measures():
    assert importers(within("benchmarks"), "tools", "core", "models", "pages") == []
    assert importers(within("tools"), "core", "models", "pages") == []


def test_pages_never_import_torch():
    assert importers(within("torch", "torchvision", "sklearn", "captum"), "pages") == []
    assert [name for name in imports(PROJECT / "app.py") if within("torch", "torchvision", "pandas")(name)] == []


def test_the_walk_finds_imports_wherever_they_stand(tmp_path):
    (tmp_path / "a.py").write_text("import os.path as p\ndef f():\n    from core.data.datasets import x\n")
    assert list(imports(tmp_path / "a.py")) == ["os.path", "core.data.datasets.x"]


@pytest.mark.parametrize("module", LIGHT)
def test_modules_of_the_server_load_nothing_heavy(module):
    code = f"import sys, {module}; print(*[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


def test_every_page_asks_first_whether_the_visitor_may_visit():
    scripts = [path for path in (PROJECT / "pages").glob("*.py") if path.name != "__init__.py"]
    assert scripts
    for path in scripts:
        body = ast.parse(path.read_text(encoding="utf-8")).body
        statements = [node for node in body[1:] if not isinstance(node, ast.Import | ast.ImportFrom)]
        assert ast.unparse(statements[0]) == "enter()", path.name
