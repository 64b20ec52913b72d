"""A server with nothing but a supervisor, until its standard input ends: ``jobs_server.py FOLDER``.

It says ``leads`` once it does.
"""

import sys
import threading
from pathlib import Path

import jobs_without_torch

if __name__ == "__main__":
    jobs_without_torch.stand_in()

    from optim_core.jobs.folder import StoreFolder
    from optim_core.jobs.supervisor import Supervisor

    worker = [sys.executable, str(Path(__file__).with_name("jobs_worker.py"))]
    supervisor = Supervisor(StoreFolder(Path(sys.argv[1])), slots=("cpu",), command=worker)
    supervisor.ensure()
    between = threading.Event()
    while not supervisor.leads:
        between.wait(0.01)
    sys.stdout.write("leads\n")
    sys.stdout.flush()
    sys.stdin.read()
    supervisor.stop()
