"""Pure Plotly: data in, figure out. No Streamlit; words come in already translated."""

from pages.figures.accuracy import accuracy_rows
from pages.figures.confusion import confusion_matrix
from pages.figures.curves import PARTS, learning_pair
from pages.figures.densities import Density, Ground, densities
from pages.figures.gradients import effective_rates, first_gradients, layer_norms
from pages.figures.landscape import Named, fidelity, is_steep, profile
from pages.figures.landscape_maps import level_map, relief
from pages.figures.lines import Line, LineStyle, lines_beside, lines_of
from pages.figures.pictures import first_filters, misclassified
from pages.figures.published import published_curves
from pages.figures.ranges import Axes, Rule, Series, ranges
from pages.figures.sharpness import edge_curves, edge_losses, sharpness_scatter, spectrum
from pages.figures.standings import standings
from pages.figures.themes import DARK, LIGHT, FigureTheme, visible
from pages.figures.words import Words, figure_words

__all__ = [
    "DARK",
    "LIGHT",
    "PARTS",
    "Axes",
    "Density",
    "FigureTheme",
    "Ground",
    "Line",
    "LineStyle",
    "Named",
    "Rule",
    "Series",
    "Words",
    "accuracy_rows",
    "confusion_matrix",
    "densities",
    "edge_curves",
    "edge_losses",
    "effective_rates",
    "fidelity",
    "figure_words",
    "first_filters",
    "first_gradients",
    "is_steep",
    "layer_norms",
    "learning_pair",
    "level_map",
    "lines_beside",
    "lines_of",
    "misclassified",
    "profile",
    "published_curves",
    "ranges",
    "relief",
    "sharpness_scatter",
    "spectrum",
    "standings",
    "visible",
]
