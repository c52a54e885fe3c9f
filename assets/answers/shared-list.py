import threading

lock = threading.Lock()  #@ 3
items = []  #@ 1


def adder():
    for number in range(10):
        with lock:  #@ 4
            items.append(number)


def remover():
    for _ in range(10):  #@ 8
        with lock:  #@ 6
            if items:  #@ 5
                print("removed", items.pop(0))
            else:
                print("nothing to remove")


threads = [threading.Thread(target=adder), threading.Thread(target=remover)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()  #@ 7
print("left:", items)
