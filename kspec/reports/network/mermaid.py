"""The drawing as text for Mermaid, which GitHub and many editors render."""

from __future__ import annotations

from collections.abc import Sequence

from kspec.reports.network.boxes import Box

__all__ = ["to_mermaid"]


def to_mermaid(boxes: Sequence[Box]) -> str:
    """A flowchart from top to bottom, a node for each box."""
    lines = ["%% made by kspec", "flowchart TD"]
    for place, box in enumerate(boxes):
        texts = [f"{box.rounds} ×"] if box.rounds > 1 else []
        for line, name in zip(box.lines, box.names, strict=True):
            texts += [line] if name is None else [line, name]
        texts += [] if box.shape is None else [box.shape]
        texts += [f"{box.params:,} parameters"] if box.params else []
        lines.append(f'    b{place}["{"<br>".join(map(_quoted, texts))}"]')
        lines += [f"    b{source} --> b{place}" for source in box.takes]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """`text` with Mermaid's special characters escaped as character codes."""
    return "".join(
        each if each.isalnum() or each in " ×,._()" else f"#{ord(each)};" for each in text
    )
