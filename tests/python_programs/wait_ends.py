# Each wait ends because its time is up, and because a handler of a signal raises.
import multiprocessing
import queue
import signal
import threading
from concurrent import futures
from multiprocessing.pool import ThreadPool


class Interrupt(Exception):
    pass


def interrupt(number, frame):
    raise Interrupt


def ends(wait):
    """How it ends, in a word."""
    try:
        return repr(wait())
    except BaseException as error:
        return type(error).__name__


def both(name, wait):
    late = ends(lambda: wait(0.01))
    print(name, late, interrupted(lambda: wait(30)))


def interrupted(wait):
    # Late enough that it waits by then on any machine.
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    return ends(wait)


def late_itself(x):
    raise multiprocessing.TimeoutError("of the task")


def condition(of):
    def wait(timeout):
        with of:
            return of.wait(timeout)

    return wait


def threads():
    lock, event, semaphore, barrier = threading.Lock(), threading.Event(), threading.Semaphore(0), threading.Barrier(2)
    items, full, simple = queue.Queue(), queue.Queue(1), queue.SimpleQueue()
    lock.acquire()
    full.put(0)
    both("lock", lambda t: lock.acquire(True, t))
    both("event", event.wait)
    both("condition", condition(threading.Condition()))
    both("semaphore", lambda t: semaphore.acquire(True, t))
    both("barrier", lambda t: (barrier.reset(), barrier.wait(t)))
    both("items", lambda t: items.get(True, t))
    both("full", lambda t: full.put(1, True, t))
    both("simple", lambda t: simple.get(True, t))
    thread = threading.Thread(target=event.wait)
    thread.start()
    both("thread", lambda t: (thread.join(t), thread.is_alive())[1])
    with futures.ThreadPoolExecutor(1) as executor, ThreadPool(1) as pool:
        future = executor.submit(event.wait)
        both("result", future.result)
        both("wait", lambda t: len(futures.wait([future], t).not_done))
        both("first", lambda t: len(futures.wait([future], t, futures.FIRST_COMPLETED).done))
        both("completed", lambda t: next(futures.as_completed([future], t)))
        asked = pool.apply_async(event.wait)
        both("pool", asked.get)
        mapped = pool.imap(lambda x: event.wait(), [1])
        both("imap", mapped.next)
        event.set()
        # A result, though it is an error, is none that came too late.
        print(ends(pool.imap(late_itself, [1]).next), ends(lambda: pool.apply(late_itself, (1,))))
        executor.submit(late_itself, 1).exception()
    thread.join()


def processes():
    lock, event, semaphore = multiprocessing.Lock(), multiprocessing.Event(), multiprocessing.Semaphore(0)
    items, full = multiprocessing.Queue(), multiprocessing.Queue(1)
    lock.acquire()
    full.put(0)
    both("shared lock", lambda t: lock.acquire(True, t))
    both("shared event", event.wait)
    both("shared condition", condition(multiprocessing.Condition()))
    both("shared semaphore", lambda t: semaphore.acquire(True, t))
    both("shared items", lambda t: items.get(True, t))
    both("shared full", lambda t: full.put(1, True, t))
    told, pipe, (end, other) = multiprocessing.JoinableQueue(), multiprocessing.SimpleQueue(), multiprocessing.Pipe()
    told.put(0)
    print("without a limit", interrupted(told.join), interrupted(pipe.get), interrupted(end.recv))
    print(interrupted(lambda: [pipe.put(bytes(60000)) for _ in range(9)]), interrupted(lambda: [end.send(bytes(60000)) for _ in range(9)]))
    told.get()
    told.task_done()
    child = multiprocessing.Process(target=event.wait)
    child.start()
    both("child", lambda t: (child.join(t), child.is_alive())[1])
    event.set()
    child.join()
    full.get()


def manager():
    with multiprocessing.Manager() as manager:
        event, lock, items = manager.Event(), manager.Lock(), manager.Queue()
        lock.acquire()
        print("of a manager", ends(lambda: event.wait(0.01)), ends(lambda: lock.acquire(True, 0.01)), ends(lambda: items.get(timeout=0.01)))
        print(ends(lambda: lock.acquire(False)), ends(items.get_nowait), ends(lambda: items.get(block=False)))
        # The last: what comes of it is still on its way then.
        print(interrupted(lambda: event.wait(5)))


if __name__ == "__main__":
    multiprocessing.set_start_method("fork")
    signal.signal(signal.SIGALRM, interrupt)
    threads()
    processes()
    manager()
