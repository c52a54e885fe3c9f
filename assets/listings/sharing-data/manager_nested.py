from multiprocessing import Manager, Process

PROCESSES = 3  #@ =processes


def child(rows, number):
    row = rows[0]  # a copy  #@ child.get
    row.append(number)  # to the copy  #@ child.append
    rows[0] = row  # two at once would lose one  #@ ?give_back=yes child.give


if __name__ == "__main__":
    with Manager() as manager:
        rows = manager.list([[]])
        numbers = range(1, PROCESSES + 1)
        children = [Process(target=child, args=(rows, k)) for k in numbers]
        for process in children:
            process.start()  #@ start
        for process in children:
            process.join()  #@ join
        row = rows[0]  #@ look
        print("row 0 is", row)  #@ said
    print("all done")  #@ end
