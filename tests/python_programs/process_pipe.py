# start: fork spawn forkserver
import multiprocessing as mp
import sys


def answer(end):
    while (word := end.recv()) != "stop":
        end.send(word.upper())
    end.send_bytes(b"bytes")
    end.close()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    mine, other = mp.Pipe()
    child = mp.Process(target=answer, args=(other,))
    child.start()
    other.close()
    for word in ("a", "b", "x" * 200000):
        mine.send(word)
        print(len(mine.recv()))
    mine.send("stop")
    print(mine.recv_bytes(), mine.poll(5))
    try:
        mine.recv()
    except EOFError:
        print("end of file")
    child.join()
