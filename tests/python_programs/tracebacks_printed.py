import inspect
import logging
import os
import queue
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

logging.basicConfig(stream=sys.stdout, format="%(message)s")
lock, event = threading.Lock(), threading.Event()


def fails(x):
    with lock:
        return 1 // x


def printed(call, *args):
    try:
        call(*args)
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        logging.exception("again")
        print(len(traceback.extract_tb(sys.exc_info()[2])), [f.f_code.co_name for f, _ in traceback.walk_tb(sys.exc_info()[2])])


def stack():
    print([entry.name for entry in traceback.extract_stack()][-1], [f.f_code.co_name for f, _ in traceback.walk_stack(sys._getframe())][0])
    with lock:
        traceback.print_stack(file=sys.stdout, limit=1)
    print([entry.function for entry in inspect.stack()], [f.f_code.co_name for f, _ in traceback.walk_stack(None)])
    try:
        event.wait("ever")
    except TypeError:
        print([entry.function for entry in inspect.trace()][0])


def inner(call, *args):
    """Only the program's own frames: between them the library may call itself in another way."""
    try:
        call(*args)
    except BaseException as error:
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        print([line.strip() for line in text.splitlines() if __file__ in line], "recorder" in text)


printed(fails, 0)
printed(queue.Queue().get_nowait)
with ThreadPoolExecutor(1) as executor, ThreadPool(1) as pool:
    inner(executor.submit(fails, 0).result)
    inner(list, executor.map(fails, [1, 0]))
    inner(pool.apply, fails, (0,))
    inner(pool.map, fails, [1, 0])
    inner(lambda: [value for value in pool.imap(fails, [1, 0])])
for target in stack, lambda: printed(fails, 0), lambda: inner(fails, 0):
    thread = threading.Thread(target=target)
    thread.start()
    thread.join()


def interrupts(started):
    # On a busy machine its start alone takes long, and the wait is to be interrupted, not that.
    while not started:
        time.sleep(0.01)
    time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGINT)


class Late(Exception):
    pass


def late(number, frame):
    raise Late


for handler in signal.default_int_handler, late:
    signal.signal(signal.SIGINT, handler)
    assert signal.getsignal(signal.SIGINT) is handler
    for waits in event.wait, threading.Event().wait, lambda: time.sleep(5), lambda: queue.Queue().get(), queue.SimpleQueue().get:
        started = []
        other = threading.Thread(target=interrupts, args=(started,))
        other.start()
        started.append(True)
        inner(waits)
        other.join()
