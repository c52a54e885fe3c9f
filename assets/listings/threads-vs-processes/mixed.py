import random
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from multiprocessing import Process, Queue, SimpleQueue
from threading import Thread
from urllib.request import urlopen

TASKS = 5  #@ =tasks
SEED = 7  #@ =seed
TIME_SCALE = 0.1  #@ =time_scale
BYTES = 100_000
LIMIT = 10_000_000  #@ =limit


class Files(BaseHTTPRequestHandler):
    """A server that takes its time: GET /SECONDS answers after so many seconds."""

    def do_GET(self):
        time.sleep(float(self.path[1:]))
        self.send_response(200)
        self.send_header("Content-Length", str(BYTES))
        self.end_headers()
        self.wfile.write(b"x" * BYTES)

    def log_message(self, *args):
        pass


def serve(port):
    with ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        port.put(server.server_address[1])
        server.serve_forever()


def is_prime(n):
    divisor = 2
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 1
    return n >= 2


def task(url):  #@ task
    with urlopen(url) as answer:  # waits, and lets go of the GIL meanwhile
        whole = zlib.crc32(answer.read()) == zlib.crc32(b"x" * BYTES)
    primes = sum(is_prime(n) for n in range(int(LIMIT * TIME_SCALE) // TASKS))  # computes, and holds it
    return whole and primes


def put(url, results):
    results.put(task(url))


def one_after_another(urls):
    return [task(url) for url in urls]


def by_threads(urls):
    answers = []
    threads = [Thread(target=lambda url=url: answers.append(task(url))) for url in urls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def by_processes(urls):
    results = Queue()
    processes = [Process(target=put, args=(url, results)) for url in urls]
    for process in processes:
        process.start()
    answers = [results.get() for _ in processes]
    for process in processes:
        process.join()
    return answers


def timed(way, function, urls):
    begin = time.perf_counter()
    answers = function(urls)
    print(f"{way}: {len(answers)} files, {answers[0]} primes below the same number, {time.perf_counter() - begin:.2f} s")


if __name__ == "__main__":
    port = SimpleQueue()
    server = Process(target=serve, args=(port,), daemon=True)
    server.start()
    pause = random.Random(SEED)  # not the numbers that the program beside has
    seconds = [TIME_SCALE * pause.uniform(1, 3) for _ in range(TASKS)]
    address = f"http://127.0.0.1:{port.get()}"
    urls = [f"{address}/{pause:.3f}" for pause in seconds]
    timed("one after another", one_after_another, urls)  #@ main.alone
    timed("threads", by_threads, urls)  #@ main.threads
    timed("processes", by_processes, urls)  #@ main.processes
    server.terminate()
    server.join()
    print("done")  #@ main.end
