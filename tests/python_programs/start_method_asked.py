import multiprocessing as mp

print(mp.get_start_method(allow_none=True), mp.get_all_start_methods()[:1], mp.get_start_method())
try:
    mp.set_start_method("spawn")
except RuntimeError as error:
    print(error)
mp.set_start_method("fork", force=True)
print(mp.get_start_method())
