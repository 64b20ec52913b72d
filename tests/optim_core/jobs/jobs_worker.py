"""The worker, with the kinds of the tests and without torch."""

import sys

import jobs_without_torch

if __name__ == "__main__":
    jobs_without_torch.stand_in()
    import jobs_kinds

    from optim_core.jobs import worker

    # Unlike the app's, it ends in order: so a thread that hinders that is noticed.
    sys.exit(worker.main(kinds=jobs_kinds.KINDS))
