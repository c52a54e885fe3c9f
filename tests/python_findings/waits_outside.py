# finds:
# not: no-overlap cut-off
# Threads that wait for another program, for the network, and for input.
import socket
import subprocess
import sys
import threading
import time


def run(n):
    print(subprocess.run([sys.executable, "-I", "-c", "import time; time.sleep(0.3); print(%d)" % n], stdout=subprocess.PIPE).stdout)


threads = [threading.Thread(target=run, args=(n,)) for n in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
subprocess.check_call(["sleep", "0.1"])
server = socket.create_server(("127.0.0.1", 0))


def client():
    with socket.create_connection(server.getsockname()) as connection:
        print(connection.recv(10))


thread = threading.Thread(target=client)
thread.start()
connection, _ = server.accept()
time.sleep(0.1)
connection.sendall(b"hello")
connection.close()
thread.join()
try:
    print(input("name? "))
except EOFError:
    print("nobody")
