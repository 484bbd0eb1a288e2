"""A page as a browser would read it, as far as Python's own reader goes."""

import re
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br"}
CELLS = {"th", "td", "li", "small"}


class Page(HTMLParser):
    """The elements of a page, (tag, attributes, text within), in the order in which they begin."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.elements = []
        self._open = []
        self.feed(html)
        self.close()
        assert self._open == [], "every element is closed"

    def handle_starttag(self, tag, attributes):
        element = [tag, dict(attributes), ""]
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag):
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop()[0] == tag, f"</{tag}> closes what is not open"
        if tag in CELLS:
            self.handle_data(" ")

    def handle_data(self, data):
        for element in self._open:
            element[2] += data

    def all(self, tag):
        return [(attributes, text) for name, attributes, text in self.elements if name == tag]

    def text_of(self, key):
        """The text of the element with this id, spaces and line ends as one space."""
        (text,) = (text for _, attributes, text in self.elements if attributes.get("id") == key)
        return re.sub(r"\s+", " ", text).strip()
