# start: fork spawn forkserver
import multiprocessing as mp
import sys
from multiprocessing.managers import SharedMemoryManager
from multiprocessing.shared_memory import ShareableList


def work(numbers):
    numbers[1] = numbers[0] + 1
    numbers.shm.close()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with SharedMemoryManager() as manager:
        numbers, block = manager.ShareableList([1, 0, "word", None]), manager.SharedMemory(size=16)
        child = mp.Process(target=work, args=(numbers,))
        child.start()
        child.join()
        block.buf[0] = 7
        print(list(numbers), block.buf[0], child.exitcode)
    own = ShareableList(range(3))
    print(own[2], len(own), own.index(1))
    own.shm.close()
    own.shm.unlink()
