"""Teacher mode: an experiment with a caption, a question, and controls hidden or locked."""
