# start: fork spawn forkserver
import multiprocessing as mp
import sys


def add(lock, total, n):
    for _ in range(n):
        with lock:
            total.value += 1
        with total.get_lock():
            total.value += 1


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    lock, total = mp.Lock(), mp.Value("i", 0)
    children = [mp.Process(target=add, args=(lock, total, 0 if n else 50)) for n in range(2)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(total.value, lock.acquire(False), lock.acquire(timeout=0.01))
    lock.release()
    try:
        lock.release()
    except ValueError as error:
        print(error)
    print(repr(lock))
