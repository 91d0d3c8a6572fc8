"""The picture on the home page."""

import base64
import re

from pages.components.home.hero import hero_html


def test_the_digit_goes_through_the_network_to_the_longest_of_ten_bars():
    html = hero_html("First.", "Second.")
    assert "<div><p>First.</p><p>Second.</p></div>" in html
    assert 'alt="A handwritten 3 enters a network, which predicts 3"' in html
    svg = base64.b64decode(re.search(r"base64,([^\"]+)", html)[1]).decode()
    bars = re.findall(r'<text x="330" y="[\d.]+">(\d)</text><rect class="(.*?)" .*? width="([\d.]+)"', svg)
    assert [number for number, *_ in bars] == list("0123456789")
    assert [number for number, kind, _ in bars if kind == "bar answer"] == ["3"]
    assert max(bars, key=lambda bar: float(bar[2]))[0] == "3"
    assert svg.count('class="link path"') == 6
