from basket import fill


def sell(fruit):
    box = fill(fruit)
    return box.price
