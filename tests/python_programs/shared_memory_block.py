# start: fork spawn
import multiprocessing as mp
import sys
from multiprocessing import shared_memory


def fill(name):
    block = shared_memory.SharedMemory(name=name)
    block.buf[0] = 42
    block.close()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    block = shared_memory.SharedMemory(create=True, size=16)
    child = mp.Process(target=fill, args=(block.name,))
    child.start()
    child.join()
    print(block.buf[0])
    block.close()
    block.unlink()
