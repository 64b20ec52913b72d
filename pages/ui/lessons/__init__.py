"""Lessons on a page: a question, a guess, the run that answers it, and what it means."""
