# start: fork spawn forkserver
import multiprocessing as mp
import sys
import threading
import time


def while_main_lives():
    while threading.main_thread().is_alive():
        time.sleep(0.01)
    print("a child's main thread has ended", flush=True)


def child():
    threading.Thread(target=while_main_lives).start()
    time.sleep(0.05)


if __name__ == "__main__":
    context = mp.get_context(sys.argv[1])
    process = context.Process(target=child)
    process.start()
    process.join()
    print(process.exitcode)
