"""Reading a page back: its elements with their attributes, as a browser would see them."""

from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

import pytest

VOID = {"meta", "link", "input", "br", "img", "hr"}


class Elements(HTMLParser):
    """Every element in order: (tag, attributes, tags around it)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], tuple[str, ...]]] = []
        self.around: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, {k: v or "" for k, v in attrs}, tuple(self.around)))
        if tag not in VOID:
            self.around.append(tag)

    def handle_endtag(self, tag):
        if tag in self.around:
            while self.around.pop() != tag:
                pass


@pytest.fixture
def elements():
    return lambda response: Elements(response.content.decode()).found


@pytest.fixture
def cells(elements):
    """Response -> (main, cross) -> attributes of the link in that cell of the heat-map."""

    def read(response) -> dict[tuple[str, str], dict[str, str]]:
        found = {}
        for tag, attributes, around in elements(response):
            if tag == "a" and around[-1:] == ("td",):
                query = parse_qs(urlsplit(attributes["href"]).query)
                found[query["main"][0], query["cross"][0]] = attributes
        return found

    return read
