"""The animation player: a Streamlit component that hosts Plotly.js."""

from pages.player.assets import prepare, routes
from pages.player.component import show_player
from pages.player.gridmap import (
    Course,
    GridMap,
    Ink,
    Key,
    Mark,
    Number,
    Panel,
    show_grid_map,
)
from pages.player.live_figure import show_figure
from pages.player.present import TRAILS, VIEWS, Present
from pages.player.run import MOST_ROWS, EntryStyle
from pages.player.starting import Starting
from pages.player.sweep import MOST_RUNS, End, ShownSweep, Sweeping, SweptPaths, swept_paths
from pages.player.words import PLAYER_WORDS, player_words

__all__ = [
    "MOST_ROWS",
    "MOST_RUNS",
    "PLAYER_WORDS",
    "TRAILS",
    "VIEWS",
    "Course",
    "End",
    "EntryStyle",
    "GridMap",
    "Ink",
    "Key",
    "Mark",
    "Number",
    "Panel",
    "Present",
    "ShownSweep",
    "Starting",
    "Sweeping",
    "SweptPaths",
    "player_words",
    "prepare",
    "routes",
    "show_figure",
    "show_grid_map",
    "show_player",
    "swept_paths",
]
