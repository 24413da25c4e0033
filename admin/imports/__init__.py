"""Import of workbooks: its pages (`pages`), and its commands for the command line (`commands`)."""
