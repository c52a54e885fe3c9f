# finds: forked-lock
# timeout: 3
import multiprocessing as mp
import threading
import time

lock, started = threading.Lock(), []


def hold():
    with lock:
        while not started:
            time.sleep(0.01)


def work():
    with lock:
        print("working")


if __name__ == "__main__":
    mp.set_start_method("fork")
    holder = threading.Thread(target=hold)
    holder.start()
    while not lock.locked():
        time.sleep(0.01)
    process = mp.Process(target=work)
    process.start()
    started.append(True)
    process.join()
    holder.join()
