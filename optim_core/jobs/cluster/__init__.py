"""Runs on other machines: the same queue and store here, the work on the workers of a Dask cluster.

``docs/cluster.md`` tells how to set one up. A courier here stands where a worker would: it claims a
run, sends it as JSON to a hand, a Dask task on one of those machines, and writes down what the hand
tells. Only :mod:`~optim_core.jobs.cluster.hand` and :mod:`~optim_core.jobs.cluster.courier` import
Dask, and no server process imports them.
"""
