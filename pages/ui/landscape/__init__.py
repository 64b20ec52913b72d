"""The panels of the page that draws the loss around networks."""
