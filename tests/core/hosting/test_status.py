import tomllib

from core.hosting.status import server_status
from core.settings import PROJECT


def test_the_status_names_the_version_and_what_is_in_use(monkeypatch):
    monkeypatch.setattr("psutil.getloadavg", lambda: (1.5, 2.5, 3.5))
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    status = server_status()
    assert status.version == tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    assert status.memory > 10e6
    # The mean of the last minute.
    assert status.load == 1.5
    assert status.cores == 6
    # A system need not tell.
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert server_status().cores == 1
