# start: fork spawn forkserver
import multiprocessing as mp
import socket
import sys
import threading
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Listener


def call(address, n):
    with Client(address, authkey=b"secret") as end:
        end.send(n)
        print("answer", end.recv(), flush=True)


if __name__ == "__main__":
    mp.set_start_method(sys.argv[1])
    with Listener(None, authkey=b"secret") as listener:
        child = mp.Process(target=call, args=(listener.address, 4))
        child.start()
        with listener.accept() as end:
            end.send(end.recv() ** 2)
        child.join()

        def wrong():
            try:
                Client(listener.address, authkey=b"wrong")
            except AuthenticationError:
                print("refused")

        thread = threading.Thread(target=wrong)
        thread.start()
        try:
            listener.accept()
        except AuthenticationError:
            thread.join()
            print("not let in")
    socket.setdefaulttimeout(60)
    with Listener(("localhost", 0)) as listener:
        thread = threading.Thread(target=lambda: Client(listener.address).send_bytes(b"hello"))
        thread.start()
        with listener.accept() as end:
            print(end.recv_bytes(), listener.last_accepted[0])
        thread.join()
