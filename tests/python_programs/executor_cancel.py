import threading
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor

gate, called = threading.Event(), []
with ThreadPoolExecutor(1) as pool:
    first = pool.submit(gate.wait)
    second = pool.submit(print, "never")
    second.add_done_callback(lambda f: called.append(f.cancelled()))
    print(second.cancel(), second.cancelled(), second.cancel())
    gate.set()
    print(first.result(), first.cancel(), called)
try:
    second.result()
except CancelledError:
    print("cancelled")
own = Future()
own.set_result(5)
print(own.result(), own.done())
bad = Future()
bad.set_exception(ValueError("own"))
try:
    bad.result()
except ValueError as error:
    print(error)
pool = ThreadPoolExecutor(1)
gate.clear()
held, waiting = pool.submit(gate.wait), pool.submit(print, "never")
pool.shutdown(wait=False, cancel_futures=True)
print(waiting.cancelled())
gate.set()
