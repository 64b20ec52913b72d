"""Widgets of the training lab: its experiment, its runs, its charts."""
