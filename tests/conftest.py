import os
from pathlib import Path

import pytest
from hypothesis import settings

# One torch thread, as on the server: the app of the browser tests needs the other cores.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# How long one example takes says nothing on a busy machine. (Where CI is set, Hypothesis chooses
# its own profile: no deadline either, and the same examples each time.)
settings.register_profile("house", deadline=None)
if "CI" not in os.environ:
    settings.load_profile("house")

BROWSER_TESTS = Path(__file__).parent / "browser"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker("browser")
    wanting = [item for item in items if item.get_closest_marker("gpu")]
    if wanting and not has_gpu():
        for item in wanting:
            item.add_marker(pytest.mark.skip(reason="needs an NVIDIA GPU; this machine has none"))


def has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()
