# finds: forked-lock
# not: self-deadlock events-lost lock-left-held
# timeout: 6
import multiprocessing
import threading

lock = threading.Lock()
count = 0


def work():
    with lock:
        print("working")


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    # So often that not each use is on record.
    for _ in range(120_000):
        with lock:
            count += 1
    with lock:
        worker = context.Process(target=work)
        worker.start()
        worker.join()
