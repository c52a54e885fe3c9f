from multiprocessing import Pipe, Process

ITEMS = 12  #@ =items
PATIENCE = 0.5  #@ =patience


def reader(end):
    while True:
        n = end.recv()  # reads a length, then so many bytes  #@ reader.receive
        print("got", n)  #@ reader.said


if __name__ == "__main__":
    theirs, ours = Pipe(duplex=False)
    readers = [Process(target=reader, args=(theirs,), daemon=True) for _ in range(2)]
    for process in readers:
        process.start()  #@ start
    for n in range(1, ITEMS + 1):
        ours.send(n)  #@ send
    for process in readers:
        process.join(PATIENCE)  # for a while  #@ join
    print("all sent")  #@ end
