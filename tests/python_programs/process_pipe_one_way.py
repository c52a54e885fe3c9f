# start: fork spawn
import multiprocessing as mp
import sys


def talk(end):
    for n in range(4):
        end.send([n])
    end.close()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    reader, writer = mp.Pipe(duplex=False)
    child = mp.Process(target=talk, args=(writer,))
    child.start()
    writer.close()
    try:
        while True:
            print(reader.recv())
    except EOFError:
        print("done")
    child.join()
    try:
        reader.send(1)
    except OSError as error:
        print(error)
