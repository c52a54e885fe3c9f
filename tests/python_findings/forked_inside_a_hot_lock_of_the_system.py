# finds:
# not: lock-left-held uncontended-lock over-released
import multiprocessing
import time

count = 0


def work(lock):
    with lock:
        print("working")


if __name__ == "__main__":
    context = multiprocessing.get_context("fork")
    lock = context.Lock()
    # So often that not each use is on record.
    for _ in range(120_000):
        with lock:
            count += 1
    with lock:
        worker = context.Process(target=work, args=(lock,))
        worker.start()
        time.sleep(0.5)
    worker.join()
    with lock:
        other = context.Process(target=work, args=(lock,))
        other.start()
        time.sleep(0.5)
    other.join()
