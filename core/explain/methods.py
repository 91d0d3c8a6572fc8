"""The names of the attribution methods."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# float32 (28, 28).
Attribution = NDArray[np.float32]

OCCLUSION, INTEGRATED_GRADIENTS, SALIENCY, GRAD_CAM = "occlusion", "integrated-gradients", "saliency", "grad-cam"
METHODS = (OCCLUSION, INTEGRATED_GRADIENTS, SALIENCY, GRAD_CAM)
# Their values say for (above 0) or against (below); the other methods' are never below 0.
SIGNED = (OCCLUSION, INTEGRATED_GRADIENTS)
