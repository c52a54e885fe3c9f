# finds:
# Whoever asks for the exit status of a process knows that it failed; whoever gets its exception through a pipe as well.
from multiprocessing import Pipe, Process, Queue


def work():
    raise ValueError("bad row")


def sends(end, errors):
    try:
        work()
    except Exception as error:
        end.send(error)
        errors.put((1, error))
        raise


if __name__ == "__main__":
    process = Process(target=work)
    process.start()
    process.join()
    if process.exitcode:
        print("failed with status", process.exitcode)
    mine, its = Pipe()
    errors = Queue()
    process = Process(target=sends, args=(its, errors))
    process.start()
    print("sent:", mine.recv(), errors.get())
    process.join()
