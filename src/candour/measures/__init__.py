"""Figures that do not mislead: process-control charts, rare events, funnels, returns by unit.

Takes: values in the order in which they came, with their times, counts and denominators.
Gives: centre lines, limits, signals with the rule that each broke, and warnings in plain words.
Knows nothing of: files, pictures, people, the command line.
"""
