import multiprocessing
import signal
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

# What goes wrong: functions that every process knows
FAULTS = {
    "an error": (int, ("no number",)),  # ValueError
    "a wish to end": (sys.exit, (3,)),
    # "a kill": (signal.raise_signal, (signal.SIGKILL,)),  # ends all in a thread, and Pool.get() waits for ever
    "not picklable": (threading.Lock, ()),
}


def ask(get):
    try:
        return f"the caller has {get()!r}"
    except BaseException as error:
        return f"the caller: {type(error).__name__}"


def in_thread(job, args):
    thread = threading.Thread(target=job, args=args)
    thread.start()
    thread.join()
    return "join() says nothing"


def in_future(job, args):
    with ThreadPoolExecutor(1) as pool:
        return ask(pool.submit(job, *args).result)


def in_process(job, args):
    process = multiprocessing.Process(target=job, args=args)
    process.start()
    process.join()  #@ main.process
    return f"exit code {process.exitcode}"


def in_pool(job, args):
    with multiprocessing.Pool(1) as pool:  # without a time-out: for ever, after sys.exit
        return ask(lambda: pool.apply_async(job, args).get(2))  #@ main.pool


def in_executor(job, args):
    with ProcessPoolExecutor(1) as pool:
        return ask(pool.submit(job, *args).result)


if __name__ == "__main__":
    for tool in (in_thread, in_future, in_process, in_pool, in_executor):
        for what, (job, args) in FAULTS.items():
            print(f"{what}, {tool.__name__}: {tool(job, args)}")  #@ main.cpython
    print("done")  #@ main.end
