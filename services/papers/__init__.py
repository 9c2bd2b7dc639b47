"""Papers: from the books to PDF.

`books.py`, `forms.py` and `declared.py` take records and make plain data (`paper.py`); `printing.py` makes that
a PDF: a register is painted straight into it (`painting.py`), what is no grid is written as HTML and set by an engine (`pdf.py`).
"""
