import os
import resource
import tempfile
import threading

most, hardest = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (min(256, hardest), hardest))
os.closerange(3, 2000)
with tempfile.TemporaryDirectory() as folder:
    files = [open(os.path.join(folder, str(n)), "w+") for n in range(20)]
    # Where others may keep a descriptor high up.
    fd = os.dup(files[0].fileno())
    for high in (200, 240, 250, 255):
        os.dup2(files[1].fileno(), high)

    def work(n):
        with lock:
            files[n].write("%d\n" % n)

    lock = threading.Lock()
    threads = [threading.Thread(target=work, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for file in files:
        file.flush()
        file.seek(0)
    print([file.read() for file in files])
    for file in files:
        file.close()
    os.close(fd)
