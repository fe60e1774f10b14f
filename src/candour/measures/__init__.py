"""Counts, rates, limits and signals, and what may leave of them.

Takes: classified deaths, returns, series of numbers.
Gives: rates with their intervals, charts' limits and signals, figures that may be published.
Knows nothing of: files as senders write them, names of people, pages.
"""
