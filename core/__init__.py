"""The laboratory without a user interface: data, training, records, evaluation and chart data."""
