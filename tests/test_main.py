"""The console script before its commands are there."""

import subprocess
import sys

CTRL_C = """
import os, signal, sys
from kspec.__main__ import main

class WhileImporting:
    def find_spec(self, name, path=None, target=None):
        if name == "kspec.cli.main":
            os.kill(os.getpid(), signal.SIGINT)

signal.signal(signal.SIGINT, signal.default_int_handler)
sys.meta_path.insert(0, WhileImporting())
main()
"""


def test_ctrl_c_while_the_commands_are_imported_is_one_line():
    done = subprocess.run([sys.executable, "-c", CTRL_C], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")
