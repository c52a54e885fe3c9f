import logging
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

logging.basicConfig(level=logging.INFO, format="%(threadName)s %(levelname)s %(message)s")


class TaskError(Exception):
    """A task could not do its job."""  #@ 10


def square(n):
    if n == 2:
        raise TaskError(f"task {n} failed")  #@ 1
    return n * n


def sometimes(answers):  # a service that has its moments
    answer = answers.pop(0)
    if isinstance(answer, Exception):
        raise answer
    return answer


def with_retries(task, fallback, attempts=3, wait=0.05):
    for attempt in range(1, attempts + 1):
        try:
            return task()  #@ 3
        except TaskError as error:
            logging.warning("attempt %d: %s", attempt, error)  #@ 7
            if attempt < attempts:
                time.sleep(wait * 2 ** (attempt - 1))  #@ 8
    return fallback


def unheard(args):  # of a thread that nobody handles
    logging.error("%s ended with %r", args.thread.name, args.exc_value)


if __name__ == "__main__":
    threading.excepthook = unheard  #@ 2
    thread = threading.Thread(target=square, args=(2,), name="alone")
    thread.start()
    thread.join()

    with ThreadPoolExecutor(max_workers=3) as pool:
        futures = {pool.submit(square, n): n for n in range(5)}
        for future in as_completed(futures):
            try:
                print(f"{futures[future]}: {future.result()}")  #@ 4
            except TaskError as error:
                print(f"{futures[future]}: {error}")

    lock, shared = threading.Lock(), []
    try:
        with lock:  # released whatever happens
            shared.append(square(2))
    except TaskError:
        print("the lock is free:", not lock.locked())  #@ 6
    answers = [TaskError("no answer"), TaskError("no answer"), 9]
    print("at the third attempt:", with_retries(lambda: sometimes(answers), fallback=0))
    never = [TaskError("no answer")] * 3
    print("the fallback:", with_retries(lambda: sometimes(never), fallback=0))
