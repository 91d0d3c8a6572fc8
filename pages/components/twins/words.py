"""What the twins' figures say: numbers as they are written, and sentences that explain them."""

from __future__ import annotations

from collections.abc import Mapping

from core.texts.message import Message, message, plural
from core.twins.gradient_check import GradientCheck
from core.twins.session import TwinRun
from core.twins.setup import Precision

STYLE = """
<style>
/* Play and Pause take each other's place. */
[class*=st-key-twins_p] button {min-width: 6.9rem}
.twin-figure {font-size: 2.6rem; font-weight: 650; line-height: 1.15; white-space: nowrap}
.twin-label {font-size: .875rem; opacity: .7}
.twin-digits {font-family: "Source Code Pro", monospace; font-size: .95rem; border-spacing: 0}
/* As high as the boxes and buttons beside it, so that all labels stand at one height. */
.st-key-twin_precision [role=radiogroup] button {min-height: 2.5rem}
.twin-digits td {white-space: nowrap; padding: .1rem .9rem .1rem 0; border: 0}
.twin-digits b {color: light-dark(#b45309, #f59e0b); font-weight: 650}
/* Streamlit's own colours of code and its size within captions are hard to read. */
.stCode .token {color: light-dark(#4b5563, #a8b3c7) !important}
.stCode .token:is(.keyword, .boolean, .function) {color: light-dark(#1d4ed8, #7db0ff) !important}
.stCode .token:is(.string, .triple-quoted-string) {color: light-dark(#166534, #6ee7a0) !important}
.stCode .token:is(.number, .operator) {color: light-dark(#9a3412, #fdba74) !important}
[data-testid=stCaptionContainer] code {font-size: .8rem !important; color: inherit !important}
</style>
"""
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def scientific(value: float, digits: int = 1) -> str:
    """As in "3.1 × 10⁻¹³"; numbers of everyday size as such."""
    if value == 0:
        return "0"
    if abs(value) == float("inf"):
        return "∞"
    if 0.01 <= abs(value) < 1000:
        return f"{value:.{digits + 1}g}".replace("-", "−")
    mantissa, exponent = f"{value:.{digits}e}".split("e")
    return f"{mantissa.replace('-', '−')} × {power_of_ten(int(exponent))}"


def figure_html(label: str, value: str) -> str:
    """One large figure."""
    return f'<div class="twin-label">{label}</div><div class="twin-figure">{value}</div>'


def digits_html(label: str, texts: Mapping[str, str]) -> str:
    """Numbers below each other; from the first digit on that differs from the first number's, they stand out."""
    reference = next(iter(texts.values()))
    rows = "".join(f"<tr><td>{name}</td><td>{_marked(text, reference)}</td></tr>" for name, text in texts.items())
    return f'<div class="twin-label">{label}</div><table class="twin-digits">{rows}</table>'


def _marked(text: str, reference: str) -> str:
    pairs = zip(text, reference, strict=False)
    shared = next((place for place, (one, other) in enumerate(pairs) if one != other), len(text))
    return f"{text[:shared]}<b>{text[shared:]}</b>" if shared < len(text) else text


def power_of_ten(exponent: int) -> str:
    """As in "10⁻³"."""
    return f"10{str(exponent).translate(_RAISED)}"


def explain_drift(run: TwinRun, precision: Precision) -> Message:
    """Why the twins differ as much as they do."""
    if not len(run.history):
        return message("Press **Play** and watch two networks take the same steps, or **Step** to take one.")
    split = run.history.first_split
    if split is not None:
        return message(
            "In step {step:,} a ReLU was on in one network and off in the other: its input was so close to 0 that "
            "rounding decided. Such splits add up, and the networks go separate ways. Neither is wrong.",
            step=split,
        )
    if precision == "float32":
        return message(
            "float32 keeps about 7 digits. The two add numbers in different orders and so round differently, and "
            "every step starts from the last one's errors."
        )
    return message(
        "The mathematics is the same to the last digits. These differ because the two add numbers in different "
        "orders, and every sum is rounded to 16 digits."
    )


def explain_check(check: GradientCheck) -> Message:
    """What the gradient check says of the hand-written backward pass."""
    if check.verdict == "zero":
        return message(
            "{why} So the loss does not depend on this weight: its gradient is exactly 0.", why=_why_zero(check)
        )
    best = {"surest": scientific(check.surest.error), "epsilon": scientific(check.surest.epsilon, 0)}
    right = message("The hand-written gradient is right: at ε = {epsilon} it differs by only {surest}.", **best)
    if check.verdict == "equal":
        return message(
            "They agree to a relative error of {error}. The hand-written gradient is right.",
            error=scientific(check.trial.error),
        )
    if check.verdict == "rounding":
        return message(
            "This ε is too small. The two losses are nearly equal, and rounding takes most digits of their difference. "
            "{right}",
            right=right,
        )
    if check.verdict == "kink":
        return plural(
            "This ε is too large. Between the two points {count} ReLU switched on or off, and there the slope jumps. "
            "{right}",
            "This ε is too large. Between the two points {count} ReLUs switched on or off, and there the slope jumps. "
            "{right}",
            check.trial.switched,
            right=right,
        )
    if check.verdict == "curvature":
        return message(
            "This ε is too large. The loss is curved, so a line through two distant points has another slope. {right}",
            right=right,
        )
    return message(
        "They disagree: at ε = {epsilon}, where finite differences are surest, the relative error is {surest}. "
        "The hand-written gradient is wrong.",
        **best,
    )


def _why_zero(check: GradientCheck) -> Message:
    place, n_images = check.place, check.n_images
    if not check.inputs_on:
        if place.layer == 1 and place.column is not None:
            row, column = divmod(place.column, 28)
            return message(
                "The pixel in row {row}, column {column} is black in all {n_images} images of the batch.",
                row=row,
                column=column,
                n_images=n_images,
            )
        return message(
            "Unit {unit} of the layer before is off in all {n_images} images of the batch.",
            unit=place.column,
            n_images=n_images,
        )
    if not check.unit_on:
        return message(
            "Unit {unit} is off in all {n_images} images of the batch: its ReLU lets nothing through.",
            unit=place.row,
            n_images=n_images,
        )
    return message("The weight's input and its unit are never on in the same image, or nothing behind the unit is.")
