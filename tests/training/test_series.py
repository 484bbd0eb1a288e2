"""What was trained once is not trained again, and what was interrupted is gone on with."""

import signal

import kspec
from kspec import backends
from kspec.api import source_of
from kspec.training.reporter import Quiet
from kspec.training.series import train_once

QUICK = [{"type": "Flatten"}, {"type": "Dense", "units": 10, "activation": "softmax"}]


class Interrupter(Quiet):
    """Stops a training as Ctrl-C does, once its first epoch has ended."""

    def epoch(self, *_):
        signal.raise_signal(signal.SIGINT)


def test_done_interrupted_and_new(tmp_path, write_spec, backend):
    choice = backends.choose(backend)
    backends.activate(choice)

    def once(reporter=None, **changes):
        spec = kspec.load(write_spec(**{"training.epochs": 2, "layers": QUICK, **changes}))
        return train_once(
            spec,
            choice=choice,
            source=source_of(spec),
            root=spec.root,
            runs=tmp_path / "runs",
            reporter=reporter,
        )

    cut = once(Interrupter())
    assert (cut.was_done, cut.run.result["status"]) == (False, "interrupted")
    assert cut.run.result["epochs"] == 1
    gone_on = once()
    assert gone_on.run.path == cut.run.path and not gone_on.was_done
    assert kspec.Run.open(cut.run.path).result["status"] == "completed"
    again = once()
    assert again.run.path == cut.run.path and again.was_done
    # Another spelling is the same experiment, another seed is another.
    assert once(**{"training.metrics": ["acc"]}).run.path == cut.run.path
    other = once(seed=1)
    assert other.run.path != cut.run.path and not other.was_done
