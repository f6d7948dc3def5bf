"""The services whose calls are compared."""

import differences_ecs
import differences_groups
import differences_iam
import differences_settings
import differences_tagging
import differences_xray
import iam
import sequence_ecs
import sequence_groups
import sequence_iam
import sequence_settings
import sequence_tagging
import sequence_xray
from steps import Suite

ALL = [
    Suite("xray", sequence_xray.CASES, sequence_xray.world, differences_xray.DIFFERENCES, others=("fakecloud",)),
    Suite(
        "xray groups", sequence_groups.CASES, sequence_groups.world, differences_groups.DIFFERENCES,
        others=("fakecloud",),
    ),
    Suite(
        "xray settings", sequence_settings.CASES, sequence_settings.world, differences_settings.DIFFERENCES,
        others=("fakecloud",),
    ),
    Suite("ecs", sequence_ecs.CASES, sequence_ecs.world, differences_ecs.DIFFERENCES),
    Suite("iam", sequence_iam.CASES, iam.world, differences_iam.DIFFERENCES),
    # What fakecloud lists is what its own TagResources was told, and no other service's tags.
    Suite(
        "tagging", sequence_tagging.CASES, sequence_tagging.world, differences_tagging.DIFFERENCES,
        others=("moto", "ministack"),
    ),
]
