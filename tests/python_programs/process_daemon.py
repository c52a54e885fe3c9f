# start: fork spawn
import multiprocessing as mp
import sys
import time


def forever():
    while True:
        time.sleep(0.01)


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    child = mp.Process(target=forever, daemon=True)
    child.start()
    time.sleep(0.05)
    print("main ends")
