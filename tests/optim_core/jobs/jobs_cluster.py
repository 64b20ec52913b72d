"""A Dask cluster of two workers, until its standard input ends. It says its address once it is up.

As docs/cluster.md has it: one run at once for each worker, which a nanny starts again when it dies.
"""

import sys

if __name__ == "__main__":
    import dask
    from distributed import LocalCluster

    dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with LocalCluster(
        host="127.0.0.1",
        n_workers=2,
        threads_per_worker=1,
        memory_limit=0,
        resources={"DOWNHILL": 1},
        dashboard_address=None,
        protocol="tcp",
    ) as cluster:
        sys.stdout.write(f"{cluster.scheduler_address}\n")
        sys.stdout.flush()
        sys.stdin.read()
