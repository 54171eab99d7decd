"""What a journey is worth by law: mileage and per diem, at dated rates, each with its source. Pure, no I/O."""
