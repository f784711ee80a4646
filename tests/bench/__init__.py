"""Measurements beside their yardsticks; they report, the suite never runs them.

Method: both sides of a ratio in one process, interleaved, at least three rounds, results asserted
equal first; the figure is the median of the rounds' ratios. Absolute times are orders of magnitude.
"""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()
