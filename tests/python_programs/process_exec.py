import os
import subprocess
import sys

code = "import threading; l = threading.Lock(); l.acquire(); print('inner')"
print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip(), flush=True)
print(subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True).stdout.strip(), flush=True)
os.execv(sys.executable, [sys.executable, "-c", "print('after exec')"])
