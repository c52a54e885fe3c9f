# start: fork spawn
import multiprocessing as mp
import sys


def work(lock, values):
    with lock:
        with lock:
            values[0] += 1
            values[1] = 7


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    lock, values = mp.RLock(), mp.Array("i", [1, 2, 3])
    children = [mp.Process(target=work, args=(lock, values)) for _ in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(values[:], len(values), list(values))
    raw, letters = mp.Value("d", 1.5, lock=False), mp.Array("c", 10)
    letters.value = b"text"
    print(raw.value, letters.value)
    values[0:2] = [9, 9]
    print(values[:])
