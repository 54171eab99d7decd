"""Journeys: mileage and per diem, at dated rates by law, each with its source."""
