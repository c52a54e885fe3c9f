# finds: changed-after-put
import time
from multiprocessing import Queue

if __name__ == "__main__":
    queue = Queue()
    queue.put("x" * 5_000_000)  # keeps the sending thread busy
    batch = [1, 2, 3]
    queue.put(batch)
    batch.clear()
    time.sleep(0.1)
    queue.get()
    print(queue.get())
