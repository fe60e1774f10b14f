"""What leaves Candour in the forms that other systems read.

Takes: the data set, its lists and definitions, and what a finished run answers.
Gives: FHIR R4 resources as plain data.
Knows nothing of: files as sent, engines, the command line.
"""
