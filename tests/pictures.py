"""Reads the QR pictures of our pages with a decoder that is not the encoder's library."""

import re
from urllib.parse import unquote

import zxingcpp

_SCALE = 4  # as `segno` draws them: one dot is four pixels


def read_picture(data_uri: str) -> str:
    """This will draw the picture dot by dot and give the text in it."""
    text = unquote(data_uri.partition(",")[2])
    side = int(re.search(r"width='(\d+)'", text)[1]) // _SCALE
    dots = [[255] * side for _row in range(side)]
    path = re.findall(r"<path [^>]*d='([^']+)'", text)[-1]  # behind the white ground
    x = y = 0.0
    for step, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", path):
        if step == "M":
            x, y = float(first), float(second)
        elif step == "m":
            x, y = x + float(first), y + float(second)
        else:
            dots[int(y)][int(x) : int(x + float(first))] = [0] * int(float(first))
            x += float(first)
    rows = [
        bytes(dot for dot in row for _n in range(_SCALE)) for row in dots for _n in range(_SCALE)
    ]
    image = memoryview(b"".join(rows)).cast("B", shape=[side * _SCALE, side * _SCALE])
    [found] = zxingcpp.read_barcodes(image)
    return found.text
