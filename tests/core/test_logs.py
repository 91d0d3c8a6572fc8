import logging
import re

import pytest

from core import logs
from core.errors import UnexpectedError


@pytest.fixture
def restored():
    """The loggers are afterwards as they were."""
    loggers = [logging.getLogger(name) for name in logs._PACKAGES]
    before = [(logger, logger.level, logger.handlers[:]) for logger in loggers]
    yield
    for logger, level, handlers in before:
        logger.setLevel(level)
        logger.handlers[:] = handlers


@pytest.fixture
def shown(restored):  # noqa: ARG001
    """Logs are shown, as in the running app."""
    logs.show_logs()


@pytest.mark.usefixtures("shown")
def test_what_modules_log_is_one_line_on_standard_error(capsys):
    logging.getLogger("core.some.module").info("It is %s.", "so")
    assert re.fullmatch(r"[\d-]+ [\d:,]+ INFO core\.some\.module: It is so\.\n", capsys.readouterr().err)


@pytest.mark.usefixtures("shown")
def test_asked_for_twice_nothing_is_written_twice(capsys):
    logs.show_logs()
    logging.getLogger("pages.some").warning("once")
    assert capsys.readouterr().err.count("once") == 1


@pytest.mark.usefixtures("shown")
def test_details_and_other_packages_are_not_shown(capsys):
    logging.getLogger("core.some").debug("a detail")
    logging.getLogger("elsewhere").info("other")
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("restored")
def test_the_root_logger_is_left_alone():
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logs.show_logs()
    assert (logging.getLogger().handlers, logging.getLogger().level) == before


def test_a_defect_is_logged_and_told_by_its_number(caplog):
    try:
        raise ZeroDivisionError("a secret path")
    except ZeroDivisionError as error:
        told = logs.log_defect(logging.getLogger("core.some"), error)
    assert isinstance(told, UnexpectedError)
    number = told.message.values["number"]
    assert str(told) == f"Something went wrong here. The server's log has the details under number {number}."
    assert f"Defect {number}\nTraceback" in caplog.text
    assert "a secret path" in caplog.text
