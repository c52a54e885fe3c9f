# finds: forked-lock
# timeout: 3
import multiprocessing as mp
import threading

lock = threading.Lock()


def work():
    with lock:
        print("working")


if __name__ == "__main__":
    mp.set_start_method("fork")
    with lock:
        process = mp.Process(target=work)
        process.start()
        process.join()
