"""Ids, names and addresses of resources, as FHIR allows them."""

from __future__ import annotations

import re

FIELDS = "urn:candour:dataset:fields"
OUTCOME = "urn:candour:outcome"
DISCLOSURE = "urn:candour:disclosure"
ELEMENTS = "http://hl7.org/fhir/R4"
"""Where element paths such as ``Patient.birthDate`` are defined."""


def resource_id(*parts: str) -> str:
    """An id of at most 64 letters, digits, hyphens and full stops."""
    return re.sub(r"[^A-Za-z0-9.-]+", "-", "-".join(parts))[:64].strip("-")


def computer_name(words: str) -> str:
    """``discharge_destination`` as ``DischargeDestination``: a name that programs can use."""
    parts = re.split(r"[^A-Za-z0-9]+", words)
    name = "".join(part[:1].upper() + part[1:] for part in parts)
    return name if name[:1].isalpha() else f"Candour{name}"


def list_url(list_id: str) -> str:
    """The address of a code list; its version stands beside it."""
    return f"urn:candour:codelist:{list_id}"


def values_url(list_id: str) -> str:
    """The address of the set of a list's codes that are in force."""
    return f"urn:candour:valueset:{list_id}"


def definition_url(definition_id: str) -> str:
    """The address of a definition; its version stands beside it."""
    return f"urn:candour:definition:{definition_id}"
