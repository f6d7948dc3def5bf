"""Where fakecloud's groups and resource policies differ from the local AWS, who is right and where that stands."""

from differences import Differs, names, places
from sequence_groups import BAD_GROUPS, BAD_NAMES, BAD_TEXTS, WRONG_GROUPS
from sequence_xray import BAD_TAGS, WRONG_TAGS

DIFFERENCES = [
]
