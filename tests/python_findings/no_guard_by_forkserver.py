# finds: no-guard
# Since 3.13.8 and 3.14.1 it is the server itself that imports the program, and that ends.
import multiprocessing as mp


def work():
    print("working")


mp.set_start_method("forkserver", force=True)
process = mp.Process(target=work)
process.start()
process.join()
