import os
import threading

t = threading.Thread(target=print, args=("thread",), kwargs={"flush": True})
t.start()
t.join()
os._exit(5)
