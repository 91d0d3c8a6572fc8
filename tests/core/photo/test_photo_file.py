"""Files that readers give as pictures: good ones of every kind, and bad ones."""

import io
import struct
import subprocess
import sys
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import PhotoError
from core.photo.open_photo import MAX_MEGABYTES, SIDE, open_photo
from core.settings import PROJECT

# 40 by 80, its upper left quarter dark.
SHADES = np.full((80, 40), 250, np.uint8)
SHADES[:40, :20] = 30


def save(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png_header(width, height, depth=8, colours=2):
    """A PNG that says it has this size; whoever decodes it finds no pixels."""
    head = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def jpeg_header(width, height):
    content = bytearray(save(Image.new("RGB", (16, 16)), "JPEG"))
    place = content.index(b"\xff\xc0") + 5
    content[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(content)


def quarters(photo):
    """The mean shade of the upper left, upper right, lower left and lower right quarter."""
    grey = photo.mean(-1)
    height, width = grey.shape
    return [
        part.mean() for half in (grey[: height // 2], grey[height // 2 :]) for part in np.hsplit(half, [width // 2])
    ]


def dark_quarter(photo):
    shades = quarters(photo)
    assert max(shades) - min(shades) > 150
    return int(np.argmin(shades))


IMAGE = Image.fromarray(SHADES)
ALPHA = Image.merge("LA", (Image.new("L", IMAGE.size, 30), Image.fromarray(255 - SHADES)))
KINDS = {
    "grey": save(IMAGE),
    "colours": save(IMAGE.convert("RGB")),
    "palette": save(IMAGE.convert("RGB").quantize(16)),
    "black and white": save(IMAGE.convert("1")),
    "16 bits": save(Image.fromarray(SHADES.astype(np.uint16) * 257)),
    "transparent paper": save(ALPHA),
    "transparent paper in colours": save(ALPHA.convert("RGBA")),
    "transparent paper in a palette": save(ALPHA.convert("RGBA").quantize(8)),
}
JPEGS = {
    "grey": save(IMAGE, "JPEG"),
    "colours": save(IMAGE.convert("RGB"), "JPEG"),
    "four inks": save(IMAGE.convert("CMYK"), "JPEG"),
    "progressive": save(IMAGE.convert("RGB"), "JPEG", progressive=True),
    # As telephones send: several pictures in a file, of which the first is the photograph.
    "several pictures": save(IMAGE.convert("RGB"), "MPO", save_all=True, append_images=[Image.new("RGB", (40, 80))]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_png_becomes_colours(kind):
    photo = open_photo(KINDS[kind], "a.png")
    assert photo.dtype == np.uint8
    assert photo.shape == (400, 200, 3)
    assert dark_quarter(photo) == 0


@pytest.mark.parametrize("kind", JPEGS)
def test_every_kind_of_jpeg_becomes_colours(kind):
    assert dark_quarter(open_photo(JPEGS[kind], "a.jpg")) == 0


@pytest.mark.parametrize("name", ["a.JPG", "a.jpeg", "my photo.of.me.Jpg"])
def test_the_ending_may_be_written_in_any_way(name):
    open_photo(JPEGS["grey"], name)


def test_white_ink_on_transparent_paper_gets_black_paper():
    white = Image.merge("LA", (Image.new("L", IMAGE.size, 255), Image.fromarray(255 - SHADES)))
    assert quarters(open_photo(save(white), "a.png"))[0] > 150
    assert max(quarters(open_photo(save(white), "a.png"))[1:]) < 30


def test_what_is_more_transparent_than_not_is_no_ink():
    # Dark ink, and white that is just more transparent than not: were it ink, the paper would be black.
    alpha = np.full((200, 200), 127, np.uint8)
    alpha[:40] = 255
    shades = np.where(alpha == 255, 0, 255).astype(np.uint8)
    picture = Image.merge("LA", (Image.fromarray(shades), Image.fromarray(alpha)))
    assert open_photo(save(picture), "a.png")[100:].min() == 255


@pytest.mark.parametrize(
    ("orientation", "quarter"), [(1, 0), (2, 1), (3, 3), (4, 2), (5, 0), (6, 1), (7, 3), (8, 2), (99, 0)]
)
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photograph_is_put_upright(orientation, quarter, kind):
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = open_photo(save(IMAGE, kind, exif=exif), f"a.{kind.lower()}")
    assert dark_quarter(photo) == quarter
    assert photo.shape[:2] == ((200, 400) if 5 <= orientation <= 8 else (400, 200))


@pytest.mark.parametrize("kind", ["16 bits", "palette", "transparent paper", "transparent paper in a palette"])
def test_a_picture_of_any_kind_is_put_upright(kind):
    exif = Image.Exif()
    exif[0x0112] = 3
    with Image.open(io.BytesIO(KINDS[kind])) as image:
        assert dark_quarter(open_photo(save(image, exif=exif), "a.png")) == 3


def exif(*tags):
    """A camera's data with tags, each packed in 12 bytes."""
    return b"Exif\0\0II*\0" + struct.pack("<IH", 8, len(tags)) + b"".join(tags) + bytes(4)


@pytest.mark.parametrize(
    "tag",
    [
        struct.pack("<HHIHH", 0x0112, 3, 1, 0, 0),
        struct.pack("<HHIHH", 0x0112, 3, 1, 9, 0),
        struct.pack("<HHI4s", 0x0112, 2, 2, b"6"),
        struct.pack("<HHII", 0x0112, 4, 1, 70_000),
    ],
    ids=["0", "9", "text", "70,000"],
)
def test_an_orientation_that_does_not_exist_is_ignored(tag):
    assert dark_quarter(open_photo(save(IMAGE, "JPEG", exif=exif(tag)), "a.jpg")) == 0


def test_a_damaged_tag_does_not_hide_the_orientation():
    # The name of the camera's maker is said to be of a type that does not exist, or to lie beyond the data's end.
    for kind, place in ((99, 0), (2, 9_999)):
        tags = struct.pack("<HHII", 0x010F, kind, 100, place), struct.pack("<HHIHH", 0x0112, 3, 1, 3, 0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert dark_quarter(open_photo(save(IMAGE, "JPEG", exif=exif(*tags)), "a.jpg")) == 3


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), *(("PNG", mode) for mode in ("L", "RGB", "RGBA", "P", "I;16"))]
)
def test_large_pictures_are_shrunk_and_keep_their_aspect(kind, mode):
    large = Image.fromarray(np.kron(SHADES, np.ones((40, 40), np.uint8)))
    large = Image.fromarray(np.asarray(large).astype(np.uint16) * 257) if mode == "I;16" else large.convert(mode)
    photo = open_photo(save(large, kind), f"a.{kind.lower()}")
    assert photo.shape == (SIDE, SIDE // 2, 3)
    assert dark_quarter(photo) == 0


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1", "I;16"])
def test_a_picture_of_middle_size_keeps_every_pixel(mode):
    shades = np.kron(SHADES // 250 * np.uint8(255), np.ones((10, 10), np.uint8))
    image = Image.fromarray(shades.astype(np.uint16) * 257) if mode == "I;16" else Image.fromarray(shades).convert(mode)
    np.testing.assert_array_equal(open_photo(save(image), "a.png"), np.repeat(shades[..., None], 3, 2))


BAD = {
    "nothing": (b"", "a.png", "empty .0 bytes.*PNG and JPEG"),
    "text": (b"hello", "a.png", "a.png is no picture.*PNG and JPEG"),
    "GIF": (save(IMAGE, "GIF"), "a.gif", "is a GIF file.*PNG and JPEG"),
    "WebP": (save(IMAGE, "WEBP"), "a.png", "is a WebP file"),
    "BMP": (save(IMAGE, "BMP"), "a.png", "is a BMP file"),
    "TIFF": (save(IMAGE, "TIFF"), "a.jpg", "is a TIFF file"),
    "HEIC": (b"\0\0\0\x18ftypheic" + bytes(100), "a.jpg", "is a HEIC.AVIF file"),
    "PDF": (b"%PDF-1.7", "a.jpg", "is a PDF file"),
    "animated": (
        save(IMAGE, save_all=True, append_images=[Image.new("L", IMAGE.size)]),
        "a.png",
        r"animated \(2 frames\).*stand still",
    ),
    "PNG called JPEG": (KINDS["grey"], "a.jpg", "holds a PNG picture, but its ending is “.jpg”"),
    "JPEG called PNG": (JPEGS["grey"], "a.png", "holds a JPEG picture, but its ending is “.png”"),
    "no ending": (KINDS["grey"], "a", "its ending is “.”"),
    "cut PNG": (KINDS["colours"][:-40], "a.png", "damaged or cut short"),
    "cut JPEG": (JPEGS["colours"][: len(JPEGS["colours"]) // 2], "a.jpg", "damaged or cut short"),
    "PNG without pixels": (png_header(100, 100), "a.png", "damaged or cut short"),
    "first bytes alone": (b"\xff\xd8\xff", "a.jpg", "damaged or cut short"),
    "100 megapixels": (png_header(10_000, 10_000), "a.png", "10,000×10,000 pixels, 100 megapixels; at most 40"),
    "41 megapixels": (png_header(6_400, 6_401), "a.png", "6,400×6,401 pixels, 41 megapixels; at most 40"),
    "100 megapixels, JPEG": (jpeg_header(10_000, 10_000), "a.jpg", "100 megapixels; at most 40"),
    "a bomb": (png_header(2**31 - 1, 2**31 - 1), "a.png", "at most 40"),
    "a line": (png_header(1, 20_000), "a.png", "1×20,000 pixels; each side needs at least 8"),
    "a ribbon": (png_header(2_000, 100), "a.png", "2,000×100 pixels.*more than 10 times"),
    "a tall ribbon": (png_header(100, 2_000), "a.png", "100×2,000 pixels.*more than 10 times"),
    "a dot": (save(Image.new("L", (3, 3))), "a.png", "3×3 pixels; each side needs at least 8"),
    "too many bytes": (bytes(MAX_MEGABYTES * 1_000_000 + 100_000), "a.png", r"10\.1 MB; at most 10 MB"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_is_refused_with_the_reason_and_what_is_allowed(what):
    content, name, words = BAD[what]
    # Warnings are errors here: none may come from a large image.
    with pytest.raises(PhotoError, match=words):
        open_photo(content, name)


@pytest.mark.parametrize("content", [KINDS["palette"], KINDS["transparent paper in colours"], *JPEGS.values()])
def test_damage_anywhere_is_refused_or_does_no_harm(content):
    random = np.random.default_rng(0)
    name = "a.png" if content.startswith(b"\x89") else "a.jpg"
    for _ in range(60):
        damaged = bytearray(content)
        for place in random.integers(3, len(content), 4):
            damaged[place] = random.integers(256)
        damaged = damaged[: random.integers(len(damaged) // 2, 2 * len(damaged))]
        with warnings.catch_warnings():
            # Pillow may warn of damage that it can live with.
            warnings.simplefilter("ignore")
            try:
                photo = open_photo(bytes(damaged), name)
            except PhotoError:
                continue
        assert photo.ndim == 3


# In a process of its own, since the most memory ever taken is measured. Not by getrusage: of a child it never says
# less than its parent has taken.
MEASURE = """
import io, sys
from pathlib import Path
from core.errors import PhotoError
from core.photo.open_photo import open_photo
from PIL import Image
content, small = sys.stdin.buffer.read(), io.BytesIO()
Image.new("L", (50, 50)).save(small, "JPEG")
open_photo(small.getvalue(), "a.jpg")
peak = lambda: int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0])
before = peak()
try:
    result = open_photo(content, sys.argv[1]).shape
except PhotoError as error:
    result = error
print(peak() - before, result)
"""
needs_proc = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads the most memory taken from /proc")


def memory_of(content, name):
    """Kilobytes that opening takes, and what came of it."""
    command = [sys.executable, "-c", MEASURE, name]
    done = subprocess.run(command, input=content, cwd=PROJECT, capture_output=True, check=True)
    kilobytes, result = done.stdout.decode().split(" ", 1)
    return int(kilobytes), result


@needs_proc
def test_a_large_jpeg_is_decoded_small():
    kilobytes, shape = memory_of(save(Image.new("RGB", (5000, 4000)), "JPEG"), "a.jpg")
    assert shape.startswith(f"({SIDE * 4 // 5}, {SIDE}, 3)")
    # In full size it would take 60 MB.
    assert kilobytes < 30_000


@needs_proc
def test_refusing_100_megapixels_takes_next_to_no_memory():
    rows = zlib.compress(bytes(10_001 * 10_000), 1)
    head = struct.pack(">IIBBBBB", 10_000, 10_000, 8, 0, 0, 0, 0)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    kilobytes, message = memory_of(content, "a.png")
    assert "100 megapixels" in message
    assert kilobytes < 5_000
