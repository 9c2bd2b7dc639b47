"""A register in minutes: drafts the declaration of a register from answers or from an office's ledger, and puts it on the shelf.

`draft.py` is what is asked, `guess.py` reads a ledger, `wording.py` finds words, `declaration.py` writes the file,
`landing.py` puts everything in its place or nothing.
"""
