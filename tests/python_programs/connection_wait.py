# start: fork spawn forkserver
import multiprocessing as mp
import sys
from multiprocessing import connection


def say(end, words):
    for word in words:
        end.send(word)
    end.close()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    ends, children, heard = [], [], []
    for n in range(3):
        mine, other = mp.Pipe(duplex=False)
        child = mp.Process(target=say, args=(other, [n, n + 10]))
        child.start()
        other.close()
        ends.append(mine)
        children.append(child)
    print(connection.wait(ends[:0], 0.01))
    while ends:
        for end in connection.wait(ends):
            try:
                heard.append(end.recv())
            except EOFError:
                ends.remove(end)
    print(sorted(heard))
    left = {child.sentinel: child for child in children}
    while left:
        for one in connection.wait(list(left)):
            left.pop(one).join()
    print([child.exitcode for child in children])
