"""What leaves the house as evidence: the exported trail, the pack of a period, and the script that checks them elsewhere."""
