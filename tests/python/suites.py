"""The services whose calls are compared."""

import differences_xray
import sequence_xray
from steps import Suite

ALL = [
    Suite("xray", sequence_xray.CASES, sequence_xray.world, differences_xray.DIFFERENCES, others=("fakecloud",)),
]
