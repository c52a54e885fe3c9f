import os
import sys
import threading

lock = threading.Lock()
out = sys.stdout
del sys.stdout
with lock:
    out.write("without a name\n")
sys.stdout = None
print("nowhere")
sys.stdout = out
os.environ.clear()
print("cleared", "PATH" in os.environ)
os.closerange(3, 4096)
with lock:
    print("closed")
