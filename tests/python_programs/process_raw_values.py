# start: fork spawn forkserver
import ctypes
import multiprocessing as mp
import sys
from multiprocessing import sharedctypes


class Point(ctypes.Structure):
    _fields_ = [("x", ctypes.c_int), ("y", ctypes.c_int)]


def work(n, number, numbers, free, point, word, guarded, own):
    numbers[n] = n * n
    free[n] = -n
    with guarded.get_lock():
        number.value += n
        guarded.value += n
    with point:
        point.x += n
        point.y -= n
    with own:
        word.value += b"x"


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    number, numbers, free = mp.RawValue("i", 1), mp.RawArray("i", 3), mp.Array("i", 3, lock=False)
    point, lock = mp.Value(Point, 0, 0), mp.RLock()
    word, guarded = mp.Array("c", 8, lock=lock), mp.Value("d", 0.5, lock=True)
    children = [mp.Process(target=work, args=(n, number, numbers, free, point, word, guarded, lock)) for n in range(3)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(number.value, list(numbers), list(free), point.x, point.y, word.value, guarded.value, len(word), word[:2])
    same = sharedctypes.copy(number)
    same.value = 0
    print(number.value, sharedctypes.synchronized(mp.RawValue("i", 4)).value)
