"""Import: a county's workbook, checked as a whole and then applied as a whole."""
