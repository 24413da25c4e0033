"""Import: a county's workbook, checked as a whole and then applied as a whole.

The forms of the workbook are in `forms`; `template` writes them empty, `sheets` reads them back,
`run` compares and applies, `marked` gives back a copy in which the bad cells are marked.
"""

from domain.imports.problems import Count, Outcome, Place, Problem
from domain.imports.run import Reading, apply, check, read

__all__ = ["Count", "Outcome", "Place", "Problem", "Reading", "apply", "check", "read"]
