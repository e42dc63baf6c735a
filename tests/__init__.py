"""The tests, and the programs that record what tests compare: all in English, whatever the reader's language."""

import os

os.environ["HOSTNET_LAB_LANGUAGE"] = "en"
