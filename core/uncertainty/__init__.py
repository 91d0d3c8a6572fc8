"""How sure a prediction is: calibrated probabilities, prediction sets, and what is no digit at all."""
