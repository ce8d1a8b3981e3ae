print("sockexplain")
