"""How sure a reading is: calibrated probabilities, prediction sets, and what is no digit at all."""
