# finds: no-guard
import multiprocessing as mp


def work():
    print("working")


mp.set_start_method("spawn")
process = mp.Process(target=work)
process.start()
process.join()
