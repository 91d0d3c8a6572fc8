"""Text is large and strong enough to be read, in the light and in the dark theme."""

import contextlib

import pytest
from playwright.sync_api import TimeoutError, expect

from benchmarks.app.drawing import draw_stroke
from benchmarks.app.running_app import wait_for_answer
from pages.components.evaluate.views import VIEWS
from tests.made import wait_until

NUMBER = [
    [(30, 80), (30, 220)],
    [(90, 90), (150, 92), (130, 150), (110, 210)],
    [(200, 90), (260, 90), (230, 140), (255, 190), (200, 210)],
]
# An N, which is no digit.
LETTER = [(60, 220), (60, 60), (180, 220), (180, 60)]
# By the Web Content Accessibility Guidelines 2.2; in pixels.
LEAST_CONTRAST, LEAST_SIZE = 4.5, 12

# Texts on the page with less contrast or size. What is disabled, an icon or for screen readers alone is left out.
_WEAK = """([leastContrast, leastSize]) => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    pen.clearRect(0, 0, 1, 1);
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const lay = (top, below) => {
    const alpha = top[3] + below[3] * (1 - top[3]);
    const mix = (i) => (alpha ? (top[i] * top[3] + below[i] * below[3] * (1 - top[3])) / alpha : 0);
    return [mix(0), mix(1), mix(2), alpha];
  };
  const light = (colour) => [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => {
    const value = colour[i] / 255;
    return sum + part * (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  }, 0);
  const weak = new Set(), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    // KaTeX puts spaces without a width into formulas.
    const text = texts.currentNode.textContent.replaceAll("\\u200b", "").trim();
    const leftOut = "style, script, [data-testid=stIconMaterial], [disabled], [aria-disabled=true], .katex-mathml";
    // Without a letter or a digit it is a sign, such as the dots between the numbers of pages.
    if (!/[\\p{L}\\p{N}]/u.test(text) || element.closest(leftOut)) continue;
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (!box.width || !box.height || style.visibility === "hidden") continue;
    let paper = [0, 0, 0, 0], opacity = 1;
    // A slider's value hangs above its thumb.
    const hanging = element.closest("[data-testid=stSliderThumbValue]")?.parentElement;
    for (let part = element; part; part = part.parentElement) {
      if (part !== hanging) paper = lay(paper, rgba(getComputedStyle(part).backgroundColor));
      opacity *= Number(getComputedStyle(part).opacity);
    }
    // What comes only under the mouse.
    if (!opacity) continue;
    paper = lay(paper, [255, 255, 255, 1]);
    const ink = rgba(element instanceof SVGElement ? style.fill : style.color);
    ink[3] *= opacity;
    const [darker, lighter] = [light(lay(ink, paper)), light(paper)].sort((a, b) => a - b);
    const contrast = (lighter + 0.05) / (darker + 0.05), size = parseFloat(style.fontSize);
    // Indices in formulas are small by custom.
    if (contrast < leastContrast || (size < leastSize && !element.closest(".katex")))
      weak.add(`${text.slice(0, 40)}: ${contrast.toFixed(2)} to 1, ${size.toFixed(1)} px`);
  }
  return [...weak];
}"""


# A busy machine may draw no frames for long: what changes its colour slowly then stands still on its way.
_END_TRANSITIONS = """() => document.getAnimations().forEach((animation) => {
  if (animation instanceof CSSTransition) animation.finish();
})"""
# Milliseconds between two looks.
_POLLING = 200


def expect_readable(page):
    """Wait until no text is weak: styles come later than texts, and what is chosen changes its colour slowly.

    What is drawn anew is faint until the page has answered, which takes long where a network is asked first.
    """
    limits = [LEAST_CONTRAST, LEAST_SIZE]
    wait_for_answer(page)
    with contextlib.suppress(TimeoutError):
        is_strong = f"limits => {{ ({_END_TRANSITIONS})(); return ({_WEAK})(limits).length === 0; }}"
        page.wait_for_function(is_strong, arg=limits, polling=_POLLING, timeout=60_000)
    assert page.evaluate(_WEAK, limits) == []


@pytest.fixture(params=["light", "dark"])
def open_themed(request, open_page):
    return lambda path: open_page(path, color_scheme=request.param, width=1280, height=1200)


def test_home_can_be_read(open_themed):
    page = open_themed("")
    expect(page.get_by_text("Highest test accuracy on MNIST")).to_be_visible()
    expect_readable(page)


# The panels are the same for a digit and for a number, but for *How sure*.
PANELS = ("Steps", "How sure", "All networks", "Why", "My digits")


@pytest.mark.parametrize(
    ("strokes", "panels"),
    [(NUMBER, PANELS), (NUMBER[2:], ("How sure",)), ([LETTER], ("How sure",))],
    ids=["number", "digit", "none"],
)
def test_draw_can_be_read(open_themed, strokes, panels):
    page = open_themed("draw")
    page.locator("canvas.upper-canvas").wait_for()
    expect_readable(page)
    for number, stroke in enumerate(strokes, start=1):
        draw_stroke(page, stroke)
        expect(page.locator("[data-strokes]")).to_have_attribute("data-strokes", str(number))
    expect_readable(page)
    for name in panels:
        page.locator(".st-key-look").get_by_role("radio", name=name).click()
        expect(page.locator(".st-key-look").get_by_role("radio", name=name)).to_be_checked()
        expect_readable(page)


@pytest.mark.timeout(600)
def test_the_views_of_evaluate_can_be_read(open_themed):
    page = open_themed("evaluate?run=cnn")
    for name, view in VIEWS.items():
        # Not by a click: right after one, the view before can still be there, whole or fading.
        page.goto(f"{page.url.partition('?')[0]}?run=cnn&view={name}")
        expect(page.locator(".st-key-view").get_by_role("radio", name=view.title)).to_be_checked()
        expect_readable(page)


def test_a_test_image_can_be_read(open_themed):
    page = open_themed("evaluate?run=cnn&image=2462&look=sure")
    expect(page.get_by_text("Test image 2462 of MNIST")).to_be_visible()
    expect_readable(page)


TWINS_TABS = ("Differences", "Gradient check", "The mathematics")


def choose_tab(page, name):
    """Choose it, by another click where a page that was drawing itself anew has passed the first one over."""
    tab = page.get_by_role("tab", name=name)

    def is_chosen():
        if tab.get_attribute("aria-selected") == "true":
            return True
        tab.click()
        with contextlib.suppress(AssertionError):
            expect(tab).to_have_attribute("aria-selected", "true", timeout=10_000)
        return False

    wait_until(is_chosen)


@pytest.mark.parametrize(
    ("address", "shown", "tabs"),
    [
        ("train?dataset=digits&run=cnn", "Finished", ()),
        ("sweep", "A sweep trains a network", ()),
        ("twins?twin_dataset=digits", "Largest difference so far", TWINS_TABS),
        ("anatomy?run=cnn", "conv1", ("Formulas", "Weights", "Activations", "Why an activation?")),
    ],
)
def test_the_other_pages_can_be_read(open_themed, address, shown, tabs):
    page = open_themed(address)
    expect(page.get_by_text(shown).first).to_be_visible()
    expect_readable(page)
    for name in tabs:
        choose_tab(page, name)
        expect_readable(page)
