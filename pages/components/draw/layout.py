"""Where the parts of the Draw page stand: the picture, the prediction, and what can be looked at closer."""

from __future__ import annotations

# Beside each other where the window is wide, else below each other. The canvas takes a share of the width, but leaves
# room above and below it for the page's head and its own buttons: with them it must not be higher than the window.
_ROOM_ABOVE_AND_BELOW = "22rem"
_LEAST_SIDE = "17.5rem"

LAYOUT_STYLE = f"""
<style>
.st-key-draw_area {{ --room: calc(100dvh - {_ROOM_ABOVE_AND_BELOW});
  --side: min(45%, max({_LEAST_SIDE}, min(30%, var(--room))));
  display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem 2rem; align-items: start; margin-top: 0.5rem; }}
.st-key-draw_network [data-testid=stCaptionContainer] {{ padding-bottom: 0.5rem; }}
/* A pen that leaves the canvas must not select text. */
.st-key-draw_picture {{ user-select: none; }}
@media (max-width: 48rem) {{
  .st-key-draw_picture {{ max-width: max({_LEAST_SIDE}, var(--room)); }}
}}
@media (min-width: 48.01rem) {{
  .st-key-draw_area {{ grid-template-columns: var(--side) minmax(0, 1fr); }}
  .st-key-draw_area > :last-child {{ grid-column: 1 / -1; }}
}}
@media (min-width: 75rem) {{
  .st-key-draw_area {{ grid-template-columns: var(--side) minmax(0, 1fr) minmax(0, 1fr); }}
  .st-key-draw_area > :last-child {{ grid-column: auto; }}
}}
/* An open panel below the prediction can be scrolled to the window's top before its content has come. */
@media (max-width: 74.99rem) {{
  .st-key-draw_panel:has(.st-key-look [aria-checked=true]) {{ min-height: calc(100dvh - 5rem); }}
}}
@media (max-width: 30rem) {{
  .st-key-draw_network [data-testid=stCaptionContainer], .st-key-draw_network [data-testid=stWidgetLabel],
  .st-key-source span:has(> [data-testid=stIconMaterial]) {{ display: none; }}
  .st-key-source button {{ padding-inline: 0.7rem; }}
}}
</style>
"""
