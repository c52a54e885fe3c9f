for n in range(30000):
    print("line", n)
