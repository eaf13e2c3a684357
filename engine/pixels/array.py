"""What a picture is inside the engine."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

#: height × width × 3 (RGB) or 4 (RGBA), 0–255
Pixels: TypeAlias = NDArray[np.uint8]
