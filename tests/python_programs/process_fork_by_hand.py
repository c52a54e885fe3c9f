import os
import sys
import threading

lock = threading.Lock()
with lock:
    print("parent", flush=True)
pid = os.fork()
if pid == 0:
    with lock:
        print("child", flush=True)
    os._exit(7)
print(os.WEXITSTATUS(os.waitpid(pid, 0)[1]))
for n in range(20):
    if os.fork() == 0:
        sys.exit(0)
print(sorted({os.wait()[1] for _ in range(20)}))
