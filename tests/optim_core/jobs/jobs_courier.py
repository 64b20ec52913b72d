"""The courier of the tests: as that of the app, but its hand knows their kinds."""

import sys

import jobs_hand

from optim_core.jobs.cluster import courier

if __name__ == "__main__":
    sys.exit(courier.main(hand=jobs_hand.perform))
