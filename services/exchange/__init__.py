"""Exchange with Excel: `imports.py` takes workbooks over, `exports.py` gives rows out."""
