"""What the house does with its registers. Nothing here knows a web request."""
