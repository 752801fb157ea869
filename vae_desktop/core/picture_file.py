"""Pictures in files of several kinds, chosen by the file's ending: PNG, SVG, PDF; all without loss."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from pathlib import Path

from vae_desktop.core.atomic import atomic_write
from vae_desktop.core.errors import ExportError
from vae_desktop.core.export import Pixels, png_bytes
from vae_desktop.core.view_text import CHUNK

PICTURE_SUFFIXES = (".png", ".svg", ".pdf")
# In print; a PDF counts in points, 72 to the inch.
DOTS_PER_INCH = 300
MM_PER_INCH = 25.4
MAX_WIDTH_MM = 2000


def write_picture(
    path: Path | str, pixels: Pixels, text: Mapping[str, str] | None = None, width_mm: float | None = None
) -> None:
    """Write a picture as PNG, SVG or PDF.

    Args:
        path: its ending decides the kind.
        pixels: uint8 [height, width] (grey) or [height, width, 3] (red, green, blue).
        text: what made it; goes into the file where that kind of file has a place for it.
        width_mm: of an SVG or PDF in print, 1 to 2000 millimetres; by default that of 300 dots per inch in a PDF,
            and in an SVG a pixel of the screen for each of the picture. A PNG has none.

    Raises:
        ExportError: the ending is none of these, the width makes no sense, or the file can't be written; an older
            one stays as it was.
    """
    target = Path(path)
    if width_mm is not None and not 1 <= width_mm <= MAX_WIDTH_MM:
        raise ExportError(f"The width must be between 1 and {MAX_WIDTH_MM} millimetres.")
    kind = target.suffix.lower()
    if kind == ".png":
        data = png_bytes(pixels, text)
    elif kind == ".svg":
        data = svg_bytes(pixels, text, width_mm)
    elif kind == ".pdf":
        data = pdf_bytes(pixels, text, width_mm)
    else:
        raise ExportError(f"The name {target.name!r} should end in {' or '.join(PICTURE_SUFFIXES)}.")
    with atomic_write(target) as file:
        file.write(data)


def svg_size(width: int, height: int, width_mm: float | None) -> str:
    """An SVG's attributes for its size: in pixels of the screen, or in millimetres with these proportions."""
    if width_mm is None:
        return f'width="{width}" height="{height}"'
    return f'width="{width_mm:g}mm" height="{width_mm * height / width:.6g}mm"'


def svg_text(words: str) -> str:
    """Words as XML may hold them: escaped, and without the control characters that no XML file can name."""
    return _escaped("".join(letter for letter in words if letter.isprintable()))


def svg_bytes(pixels: Pixels, text: Mapping[str, str] | None = None, width_mm: float | None = None) -> bytes:
    """A picture as SVG: the PNG inside, to be drawn with sharp pixels at any size."""
    height, width = pixels.shape[:2]
    png = base64.b64encode(png_bytes(pixels, text)).decode("ascii")
    facts = _escaped(_facts(text), quote=False)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {svg_size(width, height, width_mm)} '
        f'viewBox="0 0 {width} {height}">\n<desc>{facts}</desc>\n'
        f'<image width="{width}" height="{height}" style="image-rendering: pixelated" '
        f'href="data:image/png;base64,{png}"/>\n</svg>\n'
    ).encode()


def pdf_bytes(pixels: Pixels, text: Mapping[str, str] | None = None, width_mm: float | None = None) -> bytes:
    """A picture as a PDF of one page of its size, at 300 dots per inch unless a width is given (ISO 32000-1).

    Pillow's own would compress it with loss, and date it: the same picture would give another file each time.
    """
    height, width = pixels.shape[:2]
    dots_per_inch = DOTS_PER_INCH if width_mm is None else width * MM_PER_INCH / width_mm
    across, up = (side * 72 / dots_per_inch for side in (width, height))
    colours = "/DeviceGray" if pixels.ndim == 2 else "/DeviceRGB"
    facts = _facts(text)
    image = (
        f"/Type /XObject /Subtype /Image /Width {width} /Height {height} /ColorSpace {colours} "
        "/BitsPerComponent 8 /Filter /FlateDecode"
    )
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {across:.2f} {up:.2f}] /Contents 4 0 R "
        "/Resources << /XObject << /Picture 5 0 R >> >> >>".encode(),
        _stream("", f"{across:.2f} 0 0 {up:.2f} 0 0 cm /Picture Do".encode()),
        _stream(image, zlib.compress(pixels.tobytes())),
        f"<< /Title <feff{facts.encode('utf-16-be').hex()}> >>".encode(),
    ]
    parts, places = [b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"], []
    for number, content in enumerate(objects, 1):
        places.append(sum(map(len, parts)))
        parts.append(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    count = len(objects) + 1
    end = (
        f"xref\n0 {count}\n0000000000 65535 f \n{table}trailer\n<< /Size {count} /Root 1 0 R /Info 6 0 R >>\n"
        f"startxref\n{sum(map(len, parts))}\n%%EOF\n"
    )
    return b"".join([*parts, end.encode("ascii")])


def _facts(text: Mapping[str, str] | None) -> str:
    """What people may want to read of it; the view's record is for the program."""
    return "; ".join(f"{name}: {value}" for name, value in (text or {}).items() if name != CHUNK)


def _stream(entries: str, content: bytes) -> bytes:
    head = f"<< {entries} /Length {len(content)} >>\nstream\n".encode()
    return head + content + b"\nendstream"


def _escaped(words: str, quote: bool = True) -> str:
    import html  # the window opens sooner without its table of characters

    return html.escape(words, quote)
