"""`kspec view` as a process: what it shows, to whom, and what it does not."""

import json
import re
import signal
import socket
import subprocess
import sys
from html.parser import HTMLParser
from urllib.parse import quote

import numpy as np
import pytest
from run_making import DIGEST, RESOLVED, SOURCE, data, make_run, make_trained, row
from serving import ask, raw, served, started

from kspec.runs.record import environment
from kspec.runs.writer import RunWriter
from kspec.view.site import Site

pytestmark = pytest.mark.language

HOSTILE = "<script>alert(1)<!-- \"quoted\" 'name' 🦊 100% #1?"
LONG = "long_" * 40
SECRET = "nobody may read this"


class Page(HTMLParser):
    """What a page has in it: its tags with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, text):
        self.text += text

    def all(self, tag, name):
        return [each[name] for found, each in self.tags if found == tag and name in each]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Runs of every kind, and secrets beside them and behind links."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.json").write_text(json.dumps({"description": SECRET, "name": SECRET}))
    secret = make_run(outside / "runs", "secret", test={"loss": 1.0, "accuracy": 0.98765})
    root = outside / "inside" / "runs"
    random = np.random.default_rng(0)
    for name, seeds in (("base", 3), ("good", 3), (HOSTILE.replace("/", ""), 1), (LONG, 1)):
        for seed in range(seeds):
            right = random.normal(size=200) > (-0.2 if name == "base" else -1.5)
            own = data(seed, test_samples=200)
            make_trained(root, name, seed=seed, right=right, data=own)
    with RunWriter.create(root, "empty", RESOLVED, SOURCE, digest=DIGEST):
        pass
    (make_run(root, "damaged") / "result.json").write_text("{")
    older = make_run(root, "older")
    (older / "environment.json").unlink()
    (root / "linked").mkdir()
    (root / "linked" / "20260101-000000-00000000").symlink_to(secret)
    (root / "linked2").symlink_to(outside / "runs" / "secret")
    behind = make_run(root, "behind")
    (behind / "resolved.json").unlink()
    (behind / "resolved.json").symlink_to(outside / "secret.json")
    within = make_run(root, "within")
    (within / "environment.json").rename(root / "environment.json")
    (within / "environment.json").symlink_to(root / "environment.json")
    return root


@pytest.fixture(scope="module")
def url(root):
    with served(root) as url:
        yield url


SHOWN = ["base", "good", HOSTILE.replace("/", ""), LONG, "empty", "damaged", "older", "within"]


def runs_of(url, query=""):
    """The addresses of the runs in the list, in their order."""
    page = Page(ask(url, f"/{query}")[2])
    return [each for each in page.all("a", "href") if each.startswith("/run/")]


def names_of(url, query=""):
    return [each.removeprefix("/run/").partition("/")[0] for each in runs_of(url, query)]


def test_every_run_is_listed_and_has_a_page(url):
    status, _, text = ask(url)
    assert status == 200
    page = Page(text)
    assert set(names_of(url)) == {quote(name) for name in SHOWN}
    for said in (HOSTILE.replace("/", ""), LONG, "damaged", "incomplete", "completed"):
        assert said in page.text
    assert "Not shown: 3 that" in page.text
    for address in runs_of(url):
        status, _, text = ask(url, address)
        assert status == 200
        assert "All runs" in text and "Report of a run" in text


def test_no_name_becomes_a_script(url):
    pages = ["/", *runs_of(url), f"/compare?q={quote('script')}", "/?q=<script>alert(1)</script>"]
    for target in pages:
        _, headers, text = ask(url, target.replace("<", "%3C").replace(">", "%3E"))
        assert set(Page(text).all("script", "src")) <= {"/static/live.js"}
        assert [tag for tag, each in Page(text).tags if tag == "script" and "src" not in each] == []
        rules = dict(
            rule.strip().split(" ", 1) for rule in headers["Content-Security-Policy"].split(";")
        )
        assert rules["default-src"] == "'none'"
        assert rules["script-src"] == rules["connect-src"] == rules["form-action"] == "'self'"
        assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"


def test_filter_and_order(url):
    assert set(names_of(url, "?q=GOOD")) == {"good"}
    assert names_of(url, "?q=good+nothing") == []
    assert "None of them has" in ask(url, "/?q=nothing")[2]
    assert set(names_of(url, "?q=incomplete")) == {"empty"}
    by_test = names_of(url, "?sort=-test")
    assert by_test.index("good") < by_test.index("base") < by_test.index("empty")
    assert names_of(url, "?sort=-test")[:3] != names_of(url, "?sort=test")[:3]
    assert names_of(url, "?sort=test")[-1] in ("empty", "damaged"), "what is not known comes last"
    assert names_of(url, "?sort=name")[0] == quote(HOSTILE.replace("/", ""))
    assert names_of(url, "?sort=nonsense") == names_of(url)
    # The button that was pressed, after the field that says how it was before.
    assert names_of(url, "?sort=-started&sort=name") == names_of(url, "?sort=name")


def test_what_is_ticked_stays_in_the_list(url):
    (base, *_) = (each for each in runs_of(url) if "/base/" in each)
    key = base.removeprefix("/run/")
    _, _, text = ask(url, f"/?q=good&run={quote(key, safe='')}")
    ticked = [each["value"] for tag, each in Page(text).tags if "checked" in each]
    assert ticked == [key]
    assert set(names_of(url, f"?q=good&run={quote(key, safe='')}")) == {"good", "base"}


def test_comparing_what_is_ticked_or_shown(url):
    keys = [each.removeprefix("/run/") for each in runs_of(url, "?sort=name")]
    asked = "&".join(
        f"run={quote(key, safe='')}" for key in keys if key.startswith(("base", "good"))
    )
    status, _, text = ask(url, f"/compare?{asked}")
    assert status == 200 and "Runs held against <bdi>base</bdi>" in text
    assert "better" in text and "accuracy on the validation set" in text
    status, _, text = ask(url, "/compare?q=base")
    assert status == 200 and "Bootstrap" not in text
    assert "base 2" in ask(url, "/compare?q=base&each=1")[2], "each run by itself"
    status, _, text = ask(url, "/compare?run=gone")
    assert status == 400 and "none of these runs has finished" in text
    assert ask(url, f"/compare?{asked}&run=gone")[2].count("there is no such run") == 1


def test_a_damaged_run_is_left_out_of_a_comparison(tmp_path):
    for name in ("base", "good"):
        make_trained(tmp_path, name, right=np.arange(100) < 50)
    hurt = make_trained(tmp_path, "hurt", data={**data(), "splits": [[]]})
    answer = Site(tmp_path).answer("/compare")
    assert answer.status == 200
    assert "environment.json is damaged: data.splits: should be an object" in answer.body.decode()
    assert str(hurt) in answer.body.decode()


@pytest.mark.parametrize(
    "target",
    [
        "/../secret.json",
        "/../../secret.json",
        "/%2e%2e/%2e%2e/secret.json",
        "/run/../../../secret.json",
        "/run/..%2f..%2f..%2fruns%2fsecret",
        "/run/%2e%2e/%2e%2e/runs/secret",
        "/run/..%5c..%5cruns%5csecret",
        "/run//etc/passwd",
        "/run/%2fetc%2fpasswd",
        "/run/linked/20260101-000000-00000000",
        "/run/linked2",
        "/run/base/%00",
        "/run/base",
        "/run/.",
        "/run/",
        "/static/../site.py",
        "/static/%2e%2e/site.py",
        "/static//etc/passwd",
        "/etc/passwd",
        "//etc/passwd",
        "/compare?run=../../runs/secret",
        "/compare?run=%2e%2e%2f%2e%2e%2fruns%2fsecret",
        "/compare?run=/etc",
        "http://127.0.0.1/etc/passwd",
        "/[::1",
        "//[::1",
        "file:///etc/passwd",
        "*",
    ],
)
def test_nothing_else_is_served(url, root, target):
    status, _, text = ask(url, target)
    assert status in (400, 404)
    assert SECRET not in text and "0.98" not in text and "root:" not in text
    for name in ("behind", "linked"):
        assert name not in names_of(url)


@pytest.mark.parametrize("name", ["result.json", "model.keras", "report.html", "history.json"])
def test_no_file_of_a_run_is_served(url, name):
    for address in runs_of(url, "?q=base"):
        assert ask(url, f"{address}/{name}")[0] == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_it_can_only_be_read(url, method):
    status, headers, _ = ask(url, "/", method)
    assert status == 405
    assert headers["Allow"] == "GET, HEAD"
    assert "Access-Control-Allow-Origin" not in headers


def test_head_is_get_without_a_body(url):
    for target in ("/", runs_of(url)[0], "/static/live.js"):
        status, headers, text = ask(url, target, "HEAD")
        assert (status, text) == (200, "")
        assert int(headers["Content-Length"]) == len(ask(url, target)[2].encode())


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:1", 200),
        ("localhost", 200),
        ("LOCALHOST:99", 200),
        ("[::1]:8157", 200),
        ("rebound.example", 403),
        ("127.0.0.1.rebound.example", 403),
        ("localhost.rebound.example:80", 403),
        ("user@rebound.example", 403),
        ("[", 403),
        ("", 403),
    ],
)
def test_it_goes_by_no_other_name(url, host, status):
    for target in ("/", "/compare?q=base", "/static/live.js"):
        found, _, text = ask(url, target, Host=host)
        assert found == status
        assert status == 200 or "base" not in text


def test_what_is_no_request(url):
    assert " 403 " in raw(url, b"GET / HTTP/1.0\r\n\r\n"), "without a name"
    assert " 400 " in raw(url, b"GET / HTTP/1.1 more\r\n\r\n")
    said = raw(url, b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert " 501 " in said and "Content-Security-Policy" in said
    inner = b"GET /static/live.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
    length = str(len(inner)).encode()
    outer = b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + length + b"\r\n\r\n"
    said = raw(url, outer + inner)
    assert "HTTP/1.1 200" in said and "text/javascript" not in said, "a body is no request"
    assert " 414 " in raw(url, b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n")
    assert ask(url)[0] == 200, "and it goes on"


def test_every_answer_keeps_others_out(url):
    for target in ("/", runs_of(url)[0], "/static/view.css", "/nothing"):
        _, headers, _ = ask(url, target)
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-cache"


def test_a_run_is_shown_while_it_is_written(tmp_path):
    root = tmp_path / "runs"
    process = started(root, "--port", "0")
    assert "does not exist yet" in process.stderr.readline()
    url = process.stdout.readline().split()[0]
    assert "The folder does not exist yet" in ask(url)[2]
    with RunWriter.create(root, "tiny", RESOLVED, SOURCE, digest=DIGEST) as writer:
        (address,) = runs_of(url)
        assert "running" in ask(url)[2] and "No epoch has ended" in ask(url, address)[2]
        writer.write_environment(environment("jax", ["kspec"]))
        for epoch in (1, 2, 3):
            before = {target: ask(url, target)[1]["ETag"] for target in ("/", address)}
            writer.write_history(
                [row(each, val_accuracy=0.5123 * each) for each in range(1, epoch + 1)]
            )
            for target, tag in before.items():
                status, headers, text = ask(url, target, If_None_Match=tag)
                assert status == 200 and f"{0.5123 * epoch:.4f}" in text
                status, same, text = ask(url, target, If_None_Match=headers["ETag"])
                assert (status, text) == (304, "") and same["ETag"] == headers["ETag"]
        page = Page(ask(url, address)[2])
        assert page.all("script", "src") == ["/static/live.js"]
        hidden = [each["id"] for _, each in page.tags if "hidden" in each]
        assert hidden == ["alarm", "gone"], "what the script tells"
    # Its process has gone without a result, and no file has changed.
    assert "incomplete" in Page(ask(url)[2]).text
    made = make_run(root, "other")
    assert names_of(url) == ["other", "tiny"]
    assert "live.js" not in ask(url, f"/run/other/{made.name}")[2], "what is over stands still"
    process.send_signal(signal.SIGINT)
    said, complaints = process.communicate(timeout=20)
    assert (process.returncode, said.strip(), complaints) == (0, "", "")


def test_a_port_that_is_taken(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = started(tmp_path, "--port", str(port))
        said, complaints = process.communicate(timeout=20)
    assert (process.returncode, said) == (1, "")
    assert complaints.splitlines() == [
        f"port {port} is taken; give another with --port, or --port 0 for any that is free"
    ]


@pytest.mark.parametrize("host", ["not a host", "203.0.113.7", "no-such-host.invalid"])
def test_an_address_that_is_not_here(tmp_path, host):
    process = started(tmp_path, "--port", "0", "--host", host)
    _, complaints = process.communicate(timeout=20)
    assert process.returncode == 1
    assert complaints == f"{host} is not an address of this machine\n"


def test_others_are_let_in_only_with_a_warning(tmp_path):
    process = started(tmp_path, "--port", "0", "--host", "0.0.0.0")
    assert process.stderr.readline().startswith(
        "warning: whoever reaches 0.0.0.0 can read all runs"
    )
    url = process.stdout.readline().split()[0]
    port = url.strip("/").rpartition(":")[2]
    mine = f"http://127.0.0.1:{port}/"
    assert ask(mine)[0] == ask(mine, Host=f"{socket.gethostname()}:{port}")[0] == 200
    assert ask(mine, Host="rebound.example")[0] == 403
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 128 + signal.SIGTERM


def test_it_listens_on_this_machine_alone(url):
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", url)


def test_no_framework_is_loaded(root):
    code = (
        "import sys; from pathlib import Path; from kspec.view.site import Site\n"
        f"site = Site(Path({str(root)!r}))\n"
        "print(site.answer('/').status, 'numpy' in sys.modules)\n"
        "key = next(run.key for run in site.runs.all() if run.summary.status == 'completed')\n"
        "print(site.answer('/run/' + key).status, site.answer('/compare').status)\n"
        "print({'keras', 'tensorflow', 'torch', 'jax', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n") == ["200 False", "200 200", "set()", ""]
