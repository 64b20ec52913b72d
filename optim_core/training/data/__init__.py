"""What networks learn from: pictures or text in three fixed parts. Importing declares them all."""

# The order of import is the order in pickers: what needs no network first.
# isort: off
from optim_core.training.data import embedded
from optim_core.training.data import shapes
from optim_core.training.data import text
from optim_core.training.data import cifar
from optim_core.training.data import fashion
from optim_core.training.data import image_folders
from optim_core.training.data.dataset import DATASETS, DataMissingError, DatasetSpec, Examples, Part
# isort: on

__all__ = [
    "DATASETS",
    "DataMissingError",
    "DatasetSpec",
    "Examples",
    "Part",
    "cifar",
    "embedded",
    "fashion",
    "image_folders",
    "shapes",
    "text",
]
