# finds: undrained-queue
# timeout: 4
from multiprocessing import Process, Queue


def child(queue):
    queue.put("x" * 1_000_000)


if __name__ == "__main__":
    queue = Queue()
    process = Process(target=child, args=(queue,))
    process.start()
    process.join()
    print(len(queue.get()))
