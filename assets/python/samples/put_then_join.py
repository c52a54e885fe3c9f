from multiprocessing import Process, Queue


def fill(q):
    q.put("x" * 1_000_000)
    print("child: put returned", flush=True)


if __name__ == "__main__":
    q = Queue()
    child = Process(target=fill, args=(q,))
    child.start()
    child.join()
    print("parent: got", len(q.get()))
