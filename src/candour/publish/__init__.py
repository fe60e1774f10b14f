"""What leaves for readers: pictures of figures, and pages that hold them.

Takes: charts and funnels as `measures` made them.
Gives: SVG with its title, its sentence and its table, and a page around it.
Knows nothing of: how a figure was computed, files, people, the command line.
"""
