"""The run in a few words, and what identifies it."""

from __future__ import annotations

from collections.abc import Mapping
from shlex import quote

from kspec.reports.run_page.evidence import Evidence, texts, values
from kspec.reports.run_page.words import duration, flat, shown, size
from kspec.runs.folder import PARAMETERS
from kspec.runs.main_measure import main_measure

__all__ = [
    "ParameterRow",
    "environment",
    "facts",
    "identity",
    "parameters",
    "resumptions",
    "why_no_parameters",
]

ParameterRow = tuple[str, str, str, str, str]

# Shown elsewhere on the page.
ELSEWHERE = ("identity", "resumed")


def facts(evidence: Evidence) -> list[tuple[str, str]]:
    """What a reader wants to know first."""
    result, environment = evidence.result, evidence.environment
    found = [("status", evidence.status)]
    test = values(result.get("test"))
    name = main_measure(test)
    if name is not None:
        found.append((f"test {name}".replace("_", " "), shown(test[name])))
    views = values(evidence.resolved.get("test_time"))
    if views:
        places = 1 if not views.get("shift") else 5 if views.get("directions") == 4 else 3
        count = places * (2 if views.get("flip") else 1)
        found.append(("tested on", f"the mean of {count} views"))
    epochs = f"{len(evidence.history):,}"
    if isinstance(result.get("best_epoch"), int):
        epochs += f", kept {result['best_epoch']:,}"
    found.append(("epochs", epochs))
    if isinstance(_parameter_count(evidence), int):
        found.append(("parameters", f"{_parameter_count(evidence):,}"))
    if result:
        found.append(("time", duration(result["seconds"])))
    backends = [environment.get("backend"), *(each.get("backend") for each in _resumed(evidence))]
    named = dict.fromkeys(str(backend) for backend in backends if backend is not None)
    if named:
        found.append(("backend", ", ".join(named)))
    source = values(environment.get("data")).get("source")
    if source is not None:
        found.append(("data", str(source)))
    return found


def identity(evidence: Evidence) -> list[tuple[str, str]]:
    """The hashes that make two runs the same experiment, and the folder of this one."""
    found = [("folder", str(evidence.run.path)), ("seed", str(evidence.resolved.get("seed", "–")))]
    if "started" in evidence.environment:
        found.append(("started", str(evidence.environment["started"])))
    names = {"run": "identity", "spec": "hash of the spec", "data": "fingerprint of the data"}
    recorded = values(evidence.environment.get("identity"))
    found += [(names[key], str(recorded[key])) for key in names if key in recorded]
    return found


def environment(evidence: Evidence) -> list[tuple[str, str]]:
    """Everything that the run recorded about its environment."""
    kept = {key: value for key, value in evidence.environment.items() if key not in ELSEWHERE}
    if kept.get("command"):
        kept["command"] = " ".join(texts(kept["command"]))
    return list(flat(kept))


def resumptions(evidence: Evidence) -> list[str]:
    """A sentence for each time that the run was resumed."""
    found = []
    for each in _resumed(evidence):
        where = f"epoch {each.get('epoch', '?')}, step {each.get('step', '?')}"
        said = f"{each.get('started', 'At an unknown time')}: gone on with after {where}"
        said += f", on {each['backend']}" if each.get("backend") else ""
        changes = each.get("changes")
        if isinstance(changes, list) and changes:
            paths = (str(values(change).get("path")) for change in changes)
            said += f", with a changed spec ({', '.join(paths)})"
        found.append(f"{said}.")
    return found


def parameters(evidence: Evidence) -> list[ParameterRow]:
    """Name, type, output shape, parameters and trainable parameters of each layer."""
    rows = evidence.parameters.get("rows")
    return [_parameter_row(values(row)) for row in (rows if isinstance(rows, list) else ())]


def why_no_parameters(evidence: Evidence) -> str:
    """The text shown instead of the table."""
    total = _parameter_count(evidence)
    known = f"The network has {shown(total)} parameters. " if isinstance(total, int) else ""
    return (
        f"{known}The run has no {PARAMETERS} with those of its layers, as runs of an older kspec "
        f"have not; `kspec summary {quote(str(evidence.run.path))}` prints them."
    )


def _parameter_row(row: Mapping[str, object]) -> ParameterRow:
    return (
        str(row.get("name", "–")),
        str(row.get("type", "–")),
        size(row.get("output_shape")),
        shown(row.get("params")),
        shown(row.get("trainable_params")),
    )


def _parameter_count(evidence: Evidence) -> object:
    return evidence.result.get("total_params", evidence.parameters.get("total_params"))


def _resumed(evidence: Evidence) -> list[dict[str, object]]:
    resumed = evidence.environment.get("resumed")
    return [values(each) for each in resumed] if isinstance(resumed, list) else []
