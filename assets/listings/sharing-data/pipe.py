import time
from multiprocessing import Pipe, Process

ITEMS = 5  #@ =items
WORK = 0.1  #@ =consume


def child(end):
    while True:
        n = end.recv()  #@ child.receive
        if n is None:
            return
        time.sleep(WORK)  #@ child.work
        end.send(n * n)  #@ child.send


if __name__ == "__main__":
    ours, theirs = Pipe()
    process = Process(target=child, args=(theirs,))
    process.start()  #@ start
    for n in range(1, ITEMS + 1):
        ours.send(n)  #@ send
    ours.send(None)  #@ stop
    for _ in range(ITEMS):
        square = ours.recv()  #@ receive
        print("got", square)  #@ said
    process.join()  #@ join
    print("all done")  #@ end
