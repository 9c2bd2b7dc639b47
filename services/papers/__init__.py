"""Papers: from the books to PDF.

`books.py`, `forms.py` and `certificates.py` take records and make plain data (`paper.py`); `printing.py` makes that a PDF.
"""
