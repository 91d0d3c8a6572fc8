import re

import numpy as np

from core.texts.message import Message
from pages.components.draw.networks.view import NetworkRow, networks_html

DIGITS = tuple("0123456789")


def row(name, which, share=0.91, **more):
    values = np.full(10, (1 - share) / 9)
    values[which] = share
    return NetworkRow(name, "MNIST", values, **more)


def rows_of(html):
    return re.findall(r'<tr class="([^"]*)"><th scope="row"(.*?)</tr>', html)


def test_a_row_names_the_network_its_reading_and_each_probability():
    (kind, content), _ = rows_of(networks_html([row("One", 4), row("Other", 4)], [], DIGITS))
    assert kind == ""
    assert "One" in content
    assert "MNIST" in content
    assert ">4</td>" in content
    assert "91.0% <small>then 0" in content
    assert content.count('class="cell"') == 10
    assert 'title="4: 91.0%"><i style="--share:0.910"' in content
    assert 'title="3: 1.0%"><i style="--share:0.010"' in content


def test_no_cell_is_called_everything_or_nothing():
    html = networks_html([row("One", 4, 0.99999)], [], DIGITS)
    assert 'title="4: &gt;99.9%"' in html
    assert html.count(': &lt;0.1%"') == 9


def test_agreement_is_told():
    assert "All 2 networks predict <b>4</b>." in networks_html([row("A", 4), row("B", 4)], [], DIGITS)
    html = networks_html([row("A", 4), row("B", 4), row("C", 9), row("D", 1)], [], DIGITS)
    assert "<b>2 of 4</b> networks predict <b>4</b>; others predict 1 (1×), 9 (1×)." in html
    assert "One network: <b>4</b>." in networks_html([row("A", 4)], [], DIGITS)
    assert "No network gave a prediction." in networks_html([], [("A", "broken")], DIGITS)


def test_of_a_number_the_agreement_is_on_one_digit():
    digit = Message("the {place} digit", {"place": "2nd"})
    rows = [row("A", 4), row("B", 4), row("C", 9)]
    assert "One network reads the 2nd digit as <b>4</b>." in networks_html(rows[:1], [], DIGITS, digit)
    assert "All 2 networks read the 2nd digit as <b>4</b>." in networks_html(rows[:2], [], DIGITS, digit)
    assert "<b>2 of 3</b> networks read the 2nd digit as <b>4</b>; others as 9 (1×)." in networks_html(
        rows, [], DIGITS, digit
    )


def test_the_two_farthest_apart_are_named_and_marked():
    html = networks_html([row("A", 4), row("B", 4, 0.82), row("C", 9)], [], DIGITS)
    assert "The farthest apart: <b>A</b> gives 4 91.0%, <b>C</b> 1.0%." in html
    found = rows_of(html)
    assert [kind for kind, _ in found] == ["apart", "", "apart"]
    assert [len(re.findall(r'cell at" title="4', content)) for _, content in found] == [1, 0, 1]


def test_networks_that_hardly_differ_are_not_marked():
    html = networks_html([row("A", 4, 0.91), row("B", 4, 0.915)], [], DIGITS)
    assert "hardly differ" in html
    assert [kind for kind, _ in rows_of(html)] == ["", ""]


def test_a_number_stands_in_place_of_the_digit_and_the_own_choice_is_marked():
    (kind, content), *_ = rows_of(networks_html([row("A", 4, number="2026", is_chosen=True)], [], DIGITS))
    assert kind == "chosen"
    assert '<td class="read long">2026</td>' in content


def test_a_failed_network_says_why_and_names_are_not_html():
    html = networks_html(
        [row("<b>A</b>", 4), row("B", 9)], [("<i>C</i>", Message("{reason}", {"reason": "weights <gone>"}))], DIGITS
    )
    assert "&lt;b&gt;A&lt;/b&gt;" in html
    assert "<i>C</i>" not in html
    assert "weights &lt;gone&gt;" in html
    assert 'data-networks="2"' in html
    # The reason has a row's cells but the name: what is read, how sure, and the ten classes.
    assert '<td colspan="12">weights' in html


def test_long_class_names_lie_on_their_side():
    names = ("T-shirt", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")
    html = networks_html([row("A", 9), row("B", 8)], [], names)
    assert html.count('class="long"') == 10
    # What is read is small, unless it is short.
    assert '<td class="read long">Ankle boot</td>' in html
    assert '<td class="read">Bag</td>' in html
    assert 'class="long"' not in networks_html([row("A", 9)], [], ["Bag"] * 10)
