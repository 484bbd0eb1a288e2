"""The command `kspec`: its verbs, and the handling of their errors."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import click

from kspec import __version__
from kspec.cli.ablate import ablate
from kspec.cli.backends import backends
from kspec.cli.bench import bench
from kspec.cli.cache import cache
from kspec.cli.check import check
from kspec.cli.compare import compare
from kspec.cli.console import echo
from kspec.cli.diff import diff
from kspec.cli.eject import eject
from kspec.cli.evaluate import evaluate
from kspec.cli.explain import explain
from kspec.cli.import_ import import_
from kspec.cli.ls import ls
from kspec.cli.migrate import migrate
from kspec.cli.parity import parity
from kspec.cli.plot import plot
from kspec.cli.predict import predict
from kspec.cli.preview import preview
from kspec.cli.problems import as_text
from kspec.cli.report import report
from kspec.cli.schema import schema
from kspec.cli.show import show
from kspec.cli.signals import exit_code
from kspec.cli.summary import summary
from kspec.cli.train import train
from kspec.cli.verify import verify
from kspec.cli.view import view
from kspec.errors import KspecError, SpecError

__all__ = ["kspec", "main"]


class Verbs(click.Group):
    """Prints what went wrong in one message; a traceback only with `--debug`."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except KspecError as error:
            if context.params.get("debug"):
                raise
            problems = error.problems if isinstance(error, SpecError) else ()
            if problems:
                click.echo(as_text(problems, sys.stderr), err=True)
            else:
                echo(str(error), err=True)
            context.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            context.exit(exit_code("SIGINT"))
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise  # Click handles these.
        except OSError as error:
            if context.params.get("debug"):
                raise
            where = f"{error.filename}: " if error.filename else ""
            echo(f"{where}{error.strerror or error}", err=True)
            context.exit(1)
        except Exception as error:
            if context.params.get("debug"):
                raise
            message = " ".join(str(error).split()) or "no message"
            echo(
                f"kspec failed, which is a bug in kspec: {type(error).__name__}: {message}\n"
                "Run it again as `kspec --debug …` for the traceback to report.",
                err=True,
            )
            context.exit(1)


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kspec")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def kspec(debug: bool) -> None:
    """One JSON file is one Keras 3 experiment; it trains the same on every backend."""


VERBS = (
    train,
    check,
    explain,
    show,
    summary,
    plot,
    evaluate,
    predict,
    preview,
    report,
    view,
    verify,
    diff,
    ablate,
    parity,
    bench,
    ls,
    compare,
    schema,
    migrate,
    import_,
    eject,
    cache,
    backends,
)
for verb in VERBS:
    kspec.add_command(verb)


def main() -> None:
    """The console script."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:  # It is closed, as under some schedulers.
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115
    # SystemExit runs the clean-up of temporary folders and child processes.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    sys.exit(kspec())
