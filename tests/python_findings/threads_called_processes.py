# finds: threads-not-processes
from concurrent.futures import ThreadPoolExecutor

with ThreadPoolExecutor(2) as process_pool:
    print(list(process_pool.map(abs, [-1, -2])))
