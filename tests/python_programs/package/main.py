import shop.open

print(shop.open.__package__)
