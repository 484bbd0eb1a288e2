"""What is read on a card of a notebook."""

import re


def text_of(html):
    """The text of a card, without its style."""
    html = html[html.index("</style>") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))
