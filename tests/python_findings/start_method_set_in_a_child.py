# finds:
# not: no-guard
import multiprocessing as mp
import traceback


def work():
    try:
        mp.set_start_method("spawn")
    except RuntimeError:
        traceback.print_exc()


if __name__ == "__main__":
    mp.set_start_method("spawn")
    process = mp.Process(target=work)
    process.start()
    process.join()
