import threading
import time
from concurrent import futures

with futures.ThreadPoolExecutor(2) as pool:
    fs = [pool.submit(time.sleep, n / 200) for n in (4, 1)]
    done, left = futures.wait(fs, timeout=60)
    print(len(done), len(left))
    fs = [pool.submit(lambda n=n: n) for n in range(5)]
    print(sorted(f.result() for f in futures.as_completed(fs)))
    gate = threading.Event()
    slow = pool.submit(gate.wait)
    for ask in (slow.result, slow.exception):
        try:
            ask(timeout=0.01)
        except futures.TimeoutError:
            print("timed out")
    try:
        list(futures.as_completed([slow], timeout=0.01))
    except futures.TimeoutError:
        print("timed out")
    done, left = futures.wait([slow, fs[0]], return_when=futures.FIRST_COMPLETED)
    print(fs[0] in done, slow in left, futures.wait([]).done)
    gate.set()
