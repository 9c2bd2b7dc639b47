"""Reports that are counted: `words.py` says what a report is made of, `counting.py` counts it, `laying.py` lays it out for readers.

A report is declared once, in one file of `services/reports/`; page, paper, workbook and the rows behind each figure come of it.
"""
