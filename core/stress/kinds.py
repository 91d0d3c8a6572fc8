"""The kinds of disturbances and how strong each becomes.

Most are kinds of MNIST-C (N. Mu and J. Gilmer 2019, arXiv:1906.02337). The last two are attacks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.texts.message import Message, message
from models.texts import mark

ROTATION, SHIFT, SCALE, NOISE, BLUR = "rotation", "shift", "scale", "noise", "blur"
CONTRAST, OCCLUSION, THICKNESS, FGSM, PGD = "contrast", "occlusion", "thickness", "fgsm", "pgd"


@dataclass(frozen=True)
class Kind:
    """A kind of disturbance.

    axis: what is measured, and its unit. about: a sentence. say: a strength in words.
    strengths: in rising order. neutral: the one of them that leaves an image as it is.
    """

    title: str
    icon: str
    axis: str
    about: str
    say: Callable[[float], Message]
    strengths: tuple[float, ...]
    neutral: float = 0.0


def _degrees(strength: float) -> Message:
    return message("{degrees:.0f}°", degrees=strength)


def _pixels(strength: float) -> Message:
    return message("{pixels:g} px", pixels=strength)


def _signed_pixels(strength: float) -> Message:
    return message("{pixels:+g} px", pixels=strength) if strength else _pixels(0)


def _share(strength: float) -> Message:
    return message("{share:.0%}", share=strength)


def _epsilon(strength: float) -> Message:
    return message("ε {epsilon:g}", epsilon=strength)


KINDS = {
    ROTATION: Kind(
        mark("Rotation"),
        ":material/rotate_right:",
        mark("rotation in degrees"),
        mark("Turned about the middle, half of the images to either side."),
        _degrees,
        (0, 10, 20, 30, 45, 60),
    ),
    SHIFT: Kind(
        mark("Shift"),
        ":material/open_with:",
        mark("shift in pixels"),
        mark("Moved to the left, right, top or bottom, a quarter of the images each."),
        _pixels,
        (0, 1, 2, 3, 4, 6),
    ),
    SCALE: Kind(
        mark("Scale"),
        ":material/fit_screen:",
        mark("size"),
        mark("Made smaller or larger about the middle."),
        _share,
        (0.5, 0.7, 0.85, 1.0, 1.15, 1.3, 1.5),
        neutral=1.0,
    ),
    NOISE: Kind(
        mark("Noise"),
        ":material/grain:",
        mark("standard deviation, share of full ink"),
        mark("Gaussian noise on each pixel, cut off at black and white."),
        _share,
        (0, 0.1, 0.2, 0.3, 0.45, 0.6),
    ),
    BLUR: Kind(
        mark("Blur"),
        ":material/blur_on:",
        mark("standard deviation in pixels"),
        mark("A Gaussian blur."),
        _pixels,
        (0, 0.5, 1, 1.5, 2, 3),
    ),
    CONTRAST: Kind(
        mark("Contrast"),
        ":material/contrast:",
        mark("contrast lost"),
        mark("Every pixel comes closer to the image’s mean."),
        _share,
        (0, 0.3, 0.5, 0.7, 0.8, 0.9),
    ),
    OCCLUSION: Kind(
        mark("Occlusion"),
        ":material/ink_eraser:",
        mark("side of the square in pixels"),
        mark("A square is blank. Its middle is drawn at random for each image."),
        _pixels,
        (0, 4, 8, 12, 16, 20),
    ),
    THICKNESS: Kind(
        mark("Stroke thickness"),
        ":material/line_weight:",
        mark("change of the strokes’ width in pixels"),
        mark("Strokes made thinner or thicker by erosion and dilation."),
        _signed_pixels,
        (-2, -1, 0, 1, 2, 3, 4),
    ),
    FGSM: Kind(
        mark("Attack: FGSM"),
        ":material/bolt:",
        mark("ε, share of full ink"),
        mark(
            "Each pixel is changed by ε, up or down as the gradient says (Goodfellow et al. 2014, arXiv:1412.6572). "
            "The attack knows the network."
        ),
        _epsilon,
        (0, 0.02, 0.05, 0.1, 0.2, 0.3),
    ),
    PGD: Kind(
        mark("Attack: PGD"),
        ":material/flash_on:",
        mark("ε, share of full ink"),
        mark(
            "Ten small steps along the gradient, no pixel changed by more than ε (Madry et al. 2017, "
            "arXiv:1706.06083). The attack knows the network."
        ),
        _epsilon,
        (0, 0.02, 0.05, 0.1, 0.2, 0.3),
    ),
}
ATTACKS = (FGSM, PGD)
