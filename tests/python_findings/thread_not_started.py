# One thread cannot be started; the other waits for what it would have put.
# finds: standstill
# timeout: 4
import threading, queue
threading.stack_size(1 << 46)
box = queue.Queue()
try:
    threading.Thread(target=lambda: box.put(1)).start()
except RuntimeError as error:
    print(error)
threading.stack_size(0)
other = threading.Thread(target=box.get)
other.start()
other.join()
