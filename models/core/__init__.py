"""The grammar: the words in which a register is declared, and what each register gets without saying so.

Nothing here knows Flask or HTTP. Open `register.py` first, then `fields.py`.
"""
