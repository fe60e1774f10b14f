"""Choices that a parser needs before anything heavy is imported; a test holds them equal."""

from __future__ import annotations

COUNT_BY = (
    "provider",
    "icb",
    "region",
    "month",
    "quarter",
    "financial-year",
    "layout",
    "sex",
    "age-band",
    "ethnicity",
)
RELEASE_BY = ("provider", "icb", "region", "sex", "age-band", "ethnicity")
