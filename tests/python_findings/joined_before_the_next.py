# finds: no-overlap
import threading
import time

for n in range(3):
    thread = threading.Thread(target=time.sleep, args=(0.05,))
    thread.start()
    thread.join()
