"""The rule book: the rules of the documents, what keeps each of them, and which test proves it."""
