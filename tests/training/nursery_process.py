"""A process that has imported the backend and forks a child for each command line it is given.

Starting Python and a backend takes seconds, and these tests start dozens of processes. Nothing has
been computed when it forks, so that no thread of the backend is running yet.

    stdin    ["train", "spec.json", …] and the files for its output and errors, as JSON, one a line
    stdout   the child's process id; when it has ended, its exit status (negative: the signal)
"""

import json
import os
import sys

import keras

import kspec.training.resume
from kspec.cli.main import main


def child(arguments, output, errors):
    for number, path in ((1, output), (2, errors)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    sys.argv = ["kspec", *arguments]
    main()


if __name__ == "__main__":
    assert keras.backend.backend() == os.environ["KERAS_BACKEND"]
    assert kspec.training.resume is not None
    for line in sys.stdin:
        arguments, output, errors = json.loads(line)
        pid = os.fork()
        if pid == 0:
            child(arguments, output, errors)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
