import multiprocessing as mp
import queue
import threading
import traceback


class Job(threading.Thread):
    def __init__(self):
        pass


class Flag(threading.Thread):
    def __init__(self):
        super().__init__()
        self._started = False


def twice():
    thread = threading.Thread(target=print, args=("once",))
    thread.start()
    thread.join()
    thread.start()


def nothing_comes():
    mp.Queue().get(timeout=0.05)


def wait_without():
    threading.Condition().wait(0.1)


def notify_without():
    threading.Condition().notify()


def release_without():
    threading.Lock().release()


def done_too_often():
    q = queue.Queue()
    q.task_done()


def join_before():
    threading.Thread(target=print).join()


def join_oneself():
    threading.current_thread().join()


def empty():
    queue.Queue().get_nowait()


def annotated():
    return threading.RLock | None


for mistake in (Job().start, Flag().start, twice, nothing_comes, wait_without, notify_without, release_without, done_too_often, join_before,
                join_oneself, empty, annotated):
    try:
        mistake()
    except Exception as error:
        places = [(frame.filename.rsplit("/", 1)[-1], frame.name) for frame in traceback.extract_tb(error.__traceback__)]
        print(type(error).__name__, error, error.__context__, error.__cause__, places)
try:
    threading.Lock | None
    print("a type")
except TypeError as error:
    print(error)
