"""What can be looked at closer of a test image.

To add a panel: write a file with its function and add an entry.
"""

from __future__ import annotations

from models.texts import mark
from pages.components.draw.confidence.panel import show_sure
from pages.components.draw.networks.panel import show_networks
from pages.components.draw.panels import Panel
from pages.components.draw.why.panel import show_why
from pages.components.sample.nearest import show_nearest

# By the name that stands in the page's address, in the order of the page.
PANELS = {
    "why": Panel(mark("Why"), ":material/lightbulb:", show_why),
    "nearest": Panel(mark("Nearest training images"), ":material/image_search:", show_nearest),
    "networks": Panel(mark("All networks"), ":material/groups:", show_networks),
    "sure": Panel(mark("How sure"), ":material/balance:", show_sure),
}
