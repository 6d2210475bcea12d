"""Runs a script in a process of its own, and adds a traceback when it fails, as the real one does."""

import subprocess
import sys

if __name__ == "__main__":
    process = subprocess.Popen([sys.executable, *sys.argv[1:]])
    process.wait()
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, [sys.executable, *sys.argv[1:]])
