"""Cells, executed as Jupyter would."""

from collections import Counter, defaultdict

import nbformat
from nbclient import NotebookClient


class Counting(NotebookClient):
    """Counts the messages of the kernel for each cell, by what they are."""

    def __init__(self, *arguments, **more):
        super().__init__(*arguments, **more)
        self.counted = defaultdict(Counter)

    def process_message(self, message, cell, index):
        self.counted[cell.id][message["msg_type"]] += 1
        return super().process_message(message, cell, index)


def execute(cells, folder):
    """Execute cells in `folder`: their outputs, and counts of their messages, both by name."""
    made = [nbformat.v4.new_code_cell(source, id=name) for name, source in cells.items()]
    notebook = nbformat.v4.new_notebook(cells=made)
    client = Counting(notebook, timeout=300, resources={"metadata": {"path": str(folder)}})
    client.execute()
    nbformat.validate(notebook)
    return {cell.id: cell.outputs for cell in made}, client.counted


def html(outputs):
    """The HTML of each output; there must be some in all of them."""
    return [output["data"]["text/html"] for output in outputs]
