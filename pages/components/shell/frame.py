"""The look of the frame around every page."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

_STYLE = Path(__file__).parent / "web" / "frame.css"


@lru_cache(maxsize=1)
def frame_style() -> str:
    """The style as HTML."""
    return f"<style>{_STYLE.read_text(encoding='utf-8')}</style>"
