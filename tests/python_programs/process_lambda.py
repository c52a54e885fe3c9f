# start: fork spawn
import multiprocessing as mp
import pickle
import sys

if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    try:
        child = mp.Process(target=lambda: print("lambda", flush=True))
        child.start()
        child.join()
        print(child.exitcode)
    except (pickle.PicklingError, AttributeError):
        print("cannot be pickled")
    for thing in (mp.Lock(), mp.Queue(), mp.Event()):
        try:
            pickle.dumps(thing)
        except RuntimeError as error:
            print(str(error).split(" objects")[0])
