# start: fork spawn forkserver
import multiprocessing as mp
import sys


def work(go, ready, count):
    with ready:
        count.value += 1
        ready.notify()
    go.wait()


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    go, ready, count = mp.Event(), mp.Condition(), mp.Value("i", 0)
    children = [mp.Process(target=work, args=(go, ready, count)) for _ in range(2)]
    with ready:
        for child in children:
            child.start()
        print(ready.wait_for(lambda: count.value == 2, timeout=20))
    print(go.is_set(), go.wait(0.01))
    go.set()
    for child in children:
        child.join()
    print(go.wait(), [child.exitcode for child in children])
    go.clear()
    print(go.is_set())
    with ready:
        print(ready.wait(0.01))
