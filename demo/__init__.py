"""The demonstration county 云岭县: fictional, the same every time, and loaded through the rules.

What it consists of stands in ``data/`` as text; the modules, named like the nouns of `domain`, turn
it into rows. `demo.county.load` is the only door.
"""
