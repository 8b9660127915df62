"""Draws the PNG sizes of resources/icons from softphone.svg, for systems that do not take SVG."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QImage, QPainter
from PyQt6.QtSvg import QSvgRenderer

ICONS = Path(__file__).parent.parent / "resources" / "icons"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)


def draw(renderer: QSvgRenderer, size: int) -> QImage:
    """The icon on a transparent square."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    return image


def main() -> None:
    """Write every size."""
    renderer = QSvgRenderer(str(ICONS / "softphone.svg"))
    for size in SIZES:
        draw(renderer, size).save(str(ICONS / f"softphone-{size}.png"))


if __name__ == "__main__":
    main()
