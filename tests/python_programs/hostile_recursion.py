# holes: at the limit of recursion an event may be lost
import sys
import threading

lock = threading.RLock()
sys.setrecursionlimit(300)


def down():
    with lock:
        down()


try:
    down()
except RecursionError:
    print("deep enough")
with lock:
    print("free")
