"""The hand, with the kinds of the tests and without torch: what Dask finds on its workers."""

import jobs_without_torch

jobs_without_torch.stand_in()

import jobs_kinds  # noqa: E402 - what it imports must find the stand-ins

from optim_core.jobs.cluster import hand  # noqa: E402


def perform(text: str) -> None:
    hand.perform(text, jobs_kinds.KINDS)
