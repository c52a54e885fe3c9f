# finds:
# not: changed-copy
import multiprocessing


def work(shared):
    mine = {"all": []}
    mine["all"].append(shared["rows"])
    mine["all"][0].append(5)
    shared["rows"] = sorted(mine["all"][0])
    mine["all"][0] = shared.get("more")
    mine["all"][0].append(6)
    shared["more"] = mine["all"][0] + [7]


if __name__ == "__main__":
    with multiprocessing.Manager() as manager:
        shared = manager.dict(rows=[9], more=[])
        process = multiprocessing.Process(target=work, args=(shared,))
        process.start()
        process.join()
        print(shared)
