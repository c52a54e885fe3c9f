# finds:
from multiprocessing import Manager, Process


def add(shared, n):
    one, two = shared["one"], shared["two"]
    one.append(n)
    two.append(n)
    # What is put back is neither of them, but has them in it.
    shared.update({"one": one, "two": list(two)})
    one, two = shared["one"], shared["two"]
    one.append(n)
    two.append(n)
    shared["one"] = one
    shared["two"] = two
    one, two = shared["one"], shared["two"]
    one.append(n)
    two.append(n)
    shared.update(one=one, two=two + [n])


if __name__ == "__main__":
    with Manager() as manager:
        shared = manager.dict(one=[], two=[])
        for n in (1, 2):
            child = Process(target=add, args=(shared, n))
            child.start()
            child.join()
        print(shared["one"], shared["two"])
