"""A process that has imported the backend and forks a child for each command line it is given.

Starting Python and a backend takes seconds, and the kill tests start dozens of processes. Nothing
has been computed when it forks, so that no thread of the backend is running yet.

    stdin    ["train", "spec.json", …] and the file for its output, as JSON, one a line
    stdout   the child's process id; when it has ended, its exit status (negative: the signal)
"""

import json
import os
import sys

import keras

import kspec.training.resume
from kspec.cli.main import main


def child(arguments, output):
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(file, 1)
    os.dup2(file, 2)
    sys.argv = ["kspec", *arguments]
    main()


if __name__ == "__main__":
    assert keras.backend.backend() == os.environ["KERAS_BACKEND"]
    assert kspec.training.resume is not None
    for line in sys.stdin:
        arguments, output = json.loads(line)
        pid = os.fork()
        if pid == 0:
            child(arguments, output)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
