# finds:
# not: forked-lock
# Whoever forks is the one thread that the process has, and an rlock is its own.
import multiprocessing as mp
import threading

lock = threading.RLock()


def work():
    with lock:
        print("working")


if __name__ == "__main__":
    mp.set_start_method("fork")
    with lock:
        process = mp.Process(target=work)
        process.start()
        process.join()
