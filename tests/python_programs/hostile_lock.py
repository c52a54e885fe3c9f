# A program that replaces what the recorder has replaced.
import threading
import time


class Mine:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


threading.Lock = Mine
time.sleep = lambda seconds: None
with threading.Lock():
    time.sleep(100)
    print("mine")
t = threading.Thread(target=print, args=("thread",))
t.start()
t.join()
