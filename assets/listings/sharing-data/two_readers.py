from multiprocessing import Pipe, Process

ITEMS = 12  #@ =items


def reader(end):
    while True:
        n = end.recv()  # reads a length, then so many bytes  #@ reader.receive
        print("got", n)  #@ reader.said


if __name__ == "__main__":
    theirs, ours = Pipe(duplex=False)
    readers = [Process(target=reader, args=(theirs,), daemon=True) for _ in range(2)]
    for process in readers:
        process.start()  #@ start
    for n in range(ITEMS):
        ours.send(n)  #@ send
    for process in readers:
        process.join(3)  # for ever, if nothing is corrupt  #@ join
    print("all sent")  #@ end
