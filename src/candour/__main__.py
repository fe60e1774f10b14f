"""`python -m candour`: the same door as the `candour` script."""

from __future__ import annotations

from candour.cli.main import main

raise SystemExit(main())
