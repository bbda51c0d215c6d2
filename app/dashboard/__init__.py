"""The dashboard: the numbers a leader asks for, each with its margin, its date and the list behind it."""
