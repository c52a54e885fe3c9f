# finds:
# not: only-luck
# Whoever has seen that a process has ended, or gets to join only then, comes after it.
import time
from multiprocessing import Process, Value


def add(count):
    count.value = count.value + 1


if __name__ == "__main__":
    count = Value("i", 0, lock=False)
    for again in range(2):
        child = Process(target=add, args=(count,))
        child.start()
        while child.is_alive():
            time.sleep(0.01)
        count.value = count.value + 1
        child = Process(target=add, args=(count,))
        child.start()
        time.sleep(0.3)
        child.join()
        count.value = count.value + 1
    print(count.value)
