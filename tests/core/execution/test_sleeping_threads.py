"""Threads of libraries sleep while they wait, in every process that computes."""

import os
import subprocess
import sys

from core.execution.sleeping_threads import let_threads_sleep
from core.settings import PROJECT


def test_threads_of_a_child_of_the_compute_process_sleep(compute):
    assert compute.call(os.getenv, "OMP_WAIT_POLICY") == "passive"
    assert compute.call(os.getenv, "OPENBLAS_THREAD_TIMEOUT") == "4"


def test_the_command_line_says_so_before_numpy_is_loaded():
    code = """
import os, runpy, sys
from core.execution import sleeping_threads
def told(environment):
    print("numpy" in sys.modules, environment is os.environ)
sleeping_threads.let_threads_sleep = told
sys.argv = ["core", "--help"]
runpy.run_module("core", run_name="__main__")
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[0] == "False True", done.stderr


def test_what_an_environment_says_already_stays():
    environment = {"OMP_WAIT_POLICY": "active"}
    let_threads_sleep(environment)
    assert environment == {"OMP_WAIT_POLICY": "active", "OPENBLAS_THREAD_TIMEOUT": "4"}
