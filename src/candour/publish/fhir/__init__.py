"""FHIR R4: lists and fields as terminology, counts as measures.

Takes: code lists, fields with who collects them, counts under definitions.
Gives: CodeSystem, ValueSet, ConceptMap, Measure and MeasureReport as plain data; fields without a
path, each with the reason.
Knows nothing of: people, rows, files on a disk.

No resource about a person is made here. A figure is true until disclosure control has seen it, and
each report says so.
"""

from candour.publish.fhir.measures import measure, measure_report
from candour.publish.fhir.paths import Path, paths
from candour.publish.fhir.terminology import terminology

__all__ = ["Path", "measure", "measure_report", "paths", "terminology"]
