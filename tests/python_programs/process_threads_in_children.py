# start: fork spawn
import multiprocessing as mp
import sys
import threading


def work(out):
    lock, found = threading.Lock(), []

    def add(n):
        with lock:
            found.append(n)

    threads = [threading.Thread(target=add, args=(n,)) for n in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    out.put(sorted(found))


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    out = mp.Queue()
    child = mp.Process(target=work, args=(out,))
    child.start()
    print(out.get())
    child.join()
