"""Trusts, integrated care boards, regions and national bodies, each with its dates.

Takes: our own dated tables of bodies, and a user's further ones.
Gives: a register that answers what a code meant on a day, what it became, and where it belonged.
Knows nothing of: people, deaths, extracts, engines.
"""

from candour.organisations.bodies import Body, Held, Succession
from candour.organisations.register import Register

__all__ = ["Body", "Held", "Register", "Succession"]
