import subprocess
import sys

from tests.conftest import ROOT

TOLD = """
import ctypes
from app.quiet import quiet
libc = ctypes.CDLL(None)
print("before")
with quiet():
    libc.puts(b"noise")
print("after")
libc.puts(b"from below")
"""


def test_only_what_is_written_below_python_meanwhile_is_dropped():
    done = subprocess.run([sys.executable, "-c", TOLD], cwd=ROOT, capture_output=True, text=True, check=True)
    assert sorted(done.stdout.split("\n")) == ["", "after", "before", "from below"]
