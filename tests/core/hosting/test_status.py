import tomllib

from core.hosting.status import server_status
from core.settings import PROJECT


def test_the_status_names_the_version_and_what_is_in_use():
    status = server_status()
    assert status.version == tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    assert status.memory > 10e6
    assert status.load >= 0
    assert status.cores >= 1
