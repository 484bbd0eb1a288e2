"""The real server in a process of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

PLACE = Path(__file__).parents[2]


@contextmanager
def served(root, *words, port=0):
    """The address of a `kspec view` of `root`, which has ended well afterwards."""
    process = started(root, "--port", str(port), *words)
    try:
        line = process.stdout.readline()
        assert line.startswith("http://"), process.communicate()
        yield line.split()[0]
    finally:
        process.send_signal(signal.SIGINT)
        said, complaints = process.communicate(timeout=20)
    assert process.returncode == 0
    assert (said.strip(), complaints) == ("", "")


def started(root, *words):
    command = [sys.executable, "-m", "kspec", "view", "--run-dir", str(root), *words]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=PLACE,
        env={**os.environ, "PYTHONPATH": str(PLACE), "PYTHONUNBUFFERED": "1"},
        preexec_fn=_heed_interrupts,
    )


def _heed_interrupts():
    """Whoever starts the tests in the background of a shell has its children ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def ask(url, target="/", method="GET", **headers):
    """Status, headers and text of an answer; `target` goes out just as it stands."""
    host, _, port = url.removeprefix("http://").strip("/").rpartition(":")
    connection = http.client.HTTPConnection(host.strip("[]"), int(port), timeout=20)
    connection.putrequest(method, target, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name.replace("_", "-"), value)
    connection.endheaders()
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, text


def raw(url, request):
    """What the server says to these bytes, until it closes the connection."""
    host, _, port = url.removeprefix("http://").strip("/").rpartition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        said = b""
        while part := connection.recv(65536):
            said += part
    return said.decode()
