import time
from multiprocessing import Array, Process

PROCESSES = 3  #@ =processes
ROUNDS = 2  #@ =rounds
WORK = 0.02  #@ =work
CELLS = 4


def child(cells):
    for _ in range(ROUNDS):
        for cell in range(CELLS):
            with cells.get_lock():  #@ child.acquire
                add_one(cells, cell)


def add_one(cells, cell):
    old = cells[cell]
    time.sleep(WORK)  #@ child.work
    cells[cell] = old + 1  #@ child.write


def forgetful(cells):  #@ ?program=array-one-forgets
    for _ in range(ROUNDS):  #@ ?program=array-one-forgets
        for cell in range(CELLS):  #@ ?program=array-one-forgets
            add_one(cells, cell)  #@ ?program=array-one-forgets


if __name__ == "__main__":
    cells = Array("i", CELLS)
    children = [Process(target=child, args=(cells,)) for _ in range(PROCESSES)]
    children[-1] = Process(target=forgetful, args=(cells,))  #@ ?program=array-one-forgets
    for process in children:
        process.start()  #@ start
    for process in children:
        process.join()  #@ join
    print("cells:", list(cells), "each of", PROCESSES * ROUNDS)  #@ end
