# finds:
# not: no-overlap
# Processes, threads and tasks that do next to nothing: they are started, then joined, and who is over first is luck.
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Process


def work(n):
    return n


def hi():
    print("hi")


if __name__ == "__main__":
    processes = [Process(target=work, args=(n,)) for n in range(2)]
    for process in processes:
        process.start()
    print([process.is_alive() for process in processes])
    for process in processes:
        process.join()
    for _ in range(3):
        threading.Thread(target=hi).start()
    with ThreadPoolExecutor(4) as pool:
        print(list(pool.map(len, ["a", "bb", "ccc", "dd", "e"])))
