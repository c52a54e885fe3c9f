# The child imports the script and stops where it starts one itself.
import multiprocessing as mp
import sys

print("imported as", __name__ == "__main__", flush=True)
if len(mp.process.current_process()._config) and mp.parent_process() is None:
    mp.set_start_method("spawn")
try:
    child = mp.Process(target=print, args=("child",))
    child.start()
    child.join()
    print(child.exitcode)
except RuntimeError as error:
    print("refused", flush=True)
    sys.exit(9)
