"""The panels of the page that measures how sharp networks are."""
